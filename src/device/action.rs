//! What happens to the device from outside.

use super::{conditions::Conditions, modem::Card, pdu::Address};

/// One thing that happens to the device.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Coverage comes (true) or goes.
    Network(bool),
    /// The strength of the signal changes: 0 to 31, or 99 for none (3GPP TS 27.007 section 8.5).
    Signal(u8),
    /// The network tells its time, in seconds since 1970 (UTC).
    NetworkTime(i64),
    /// The modem says a line unasked that it never says by itself.
    Urc(String),
    /// The network, while there is coverage, becomes this good. Coverage is another matter.
    Conditions(Conditions),
    /// The network breaks every connection.
    ResetConnections,
    /// The level at an input pin changes.
    Input {
        /// Number of the pin.
        pin: i64,
        /// High or low.
        level: bool,
    },
    /// A key of the matrix is pressed or released.
    Key {
        /// Its row.
        row: i64,
        /// Its column.
        column: i64,
        /// Pressed, else released.
        is_pressed: bool,
    },
    /// The voltage at an analogue input changes.
    Analog {
        /// Number of the input.
        channel: i64,
        /// The voltage.
        millivolts: i64,
    },
    /// Bytes come in at a serial port. They are lost unless the script has set it up.
    Uart {
        /// Its id.
        id: i64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The voltage of the battery changes.
    Battery {
        /// The voltage.
        millivolts: i64,
    },
    /// A charger is connected (true) or taken away.
    Charger(bool),
    /// The temperature changes, in degrees Celsius.
    Temperature(i16),
    /// A card is put in or taken out.
    Sim {
        /// Which slot, 0 or 1.
        slot: usize,
        /// What happens there.
        change: SimChange,
    },
    /// Somebody sends a text message to the device.
    Sms {
        /// Who.
        from: Address,
        /// What, in as many parts as it takes.
        text: String,
        /// When, in seconds since 1970 (UTC); now without it.
        time: Option<i64>,
    },
    /// The network has a message for the device: an SMS-DELIVER of 3GPP TS 23.040.
    Pdu(Vec<u8>),
    /// Somebody calls the device.
    Call {
        /// Their number; empty if it is withheld.
        from: String,
    },
    /// Who the device is calling answers.
    PickUp,
    /// The other side of the newest call ends it, or does not want it.
    HangUp,
    /// The other side of a call presses keys.
    Dtmf(String),
}

/// What happens at a slot for cards.
#[derive(Clone, Debug, PartialEq)]
pub enum SimChange {
    /// The card is taken out.
    Removed,
    /// The card that was the last in it is put in.
    Inserted,
    /// Another card is put in, in the place of a present one.
    Exchanged(Card),
}
