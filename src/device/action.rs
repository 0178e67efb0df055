//! What befalls the device from outside.

/// One thing that happens to the device.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Coverage comes (true) or goes.
    Network(bool),
    /// The level at an input pin changes.
    Input {
        /// Number of the pin.
        pin: i64,
        /// High or low.
        level: bool,
    },
}
