//! What happens to the device from outside.

use std::fmt;

use super::{
    audio::{Plug, SoundFile},
    conditions::Conditions,
    excerpt::Excerpt,
    modem::Card,
    pdu::Address,
    topic::Topic,
    wifi::AccessPoint,
};

/// One thing that happens to the device.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Coverage comes (true) or goes.
    Network(bool),
    /// The microphone hears a sound file from now on, or a silent room.
    Microphone(Option<SoundFile>),
    /// A headset is plugged in, or pulled out.
    Headset(Option<Plug>),
    /// The button of the headset is pressed (true) or released.
    HeadsetButton(bool),
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
    /// These access points are around, and no others.
    AccessPoints(Vec<AccessPoint>),
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
    /// Something happens to what is attached to the device.
    Part {
        /// Its name.
        name: String,
        /// What happens, in words.
        change: PartChange,
    },
}

/// What happens to a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartChange {
    /// It is attached, at a place such as `i2c 2, 0x5c`.
    Attached(String),
    /// It is taken away.
    Removed,
    /// A value of it is set.
    Set {
        /// Name of the value.
        value: String,
        /// The value, with its unit.
        to: String,
    },
    /// A finger touches it at x and y, or leaves it.
    Touched(Option<(i64, i64)>),
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

impl Action {
    /// What it is about; `None` where the device itself shows what comes of it, such as the level at a pin.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Action::Network(_) | Action::Signal(_) | Action::Conditions(_) | Action::ResetConnections => {
                Some(Topic::Net)
            }
            Action::NetworkTime(_) => Some(Topic::Clock),
            Action::Microphone(_) | Action::Headset(_) => Some(Topic::Audio),
            Action::Urc(_) | Action::Input { .. } => None,
            Action::Key { .. } | Action::HeadsetButton(_) => Some(Topic::Key),
            Action::Analog { .. } => Some(Topic::Adc),
            Action::Uart { .. } => Some(Topic::Uart),
            Action::AccessPoints(_) => Some(Topic::Wifi),
            Action::Battery { .. } | Action::Charger(_) | Action::Temperature(_) => Some(Topic::Power),
            Action::Sim { .. } => Some(Topic::Sim),
            Action::Sms { .. } | Action::Pdu(_) => Some(Topic::Sms),
            Action::Call { .. } | Action::PickUp | Action::HangUp | Action::Dtmf(_) => Some(Topic::Call),
            Action::Part { .. } => Some(Topic::Part),
        }
    }
}

/// What `--trace` prints.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Network(has_coverage) => write!(f, "coverage {}", if *has_coverage { "comes" } else { "goes" }),
            Action::Microphone(Some(file)) => write!(f, "the microphone hears {}", file.path().display()),
            Action::Microphone(None) => f.write_str("the microphone hears nothing"),
            Action::Headset(Some(plug)) => write!(f, "a headset of {} poles is plugged in", plug.poles()),
            Action::Headset(None) => f.write_str("the headset is pulled out"),
            Action::HeadsetButton(is_pressed) => {
                write!(f, "the button of the headset is {}", if *is_pressed { "pressed" } else { "released" })
            }
            Action::Signal(strength) => write!(f, "signal {strength}"),
            Action::NetworkTime(time) => write!(f, "the network tells its time: {time}"),
            Action::Urc(line) => write!(f, "< {line}"),
            Action::Conditions(conditions) => write!(f, "becomes {conditions:?}"),
            Action::ResetConnections => f.write_str("breaks every connection"),
            Action::Input { pin, level } => write!(f, "{pin} is driven to {}", i32::from(*level)),
            Action::Key { row, column, is_pressed } => {
                write!(f, "({row}, {column}) is {}", if *is_pressed { "pressed" } else { "released" })
            }
            Action::Analog { channel, millivolts } => write!(f, "{channel} = {millivolts} mV"),
            Action::Uart { id, bytes } => write!(f, "{id}: gets {}", Excerpt::of(bytes)),
            Action::AccessPoints(points) => write!(f, "{} access points are around", points.len()),
            Action::Battery { millivolts } => write!(f, "the battery has {millivolts} mV"),
            Action::Charger(is_there) => {
                write!(f, "the charger is {}", if *is_there { "connected" } else { "taken away" })
            }
            Action::Temperature(celsius) => write!(f, "{celsius} degrees Celsius"),
            Action::Sim { slot, change } => {
                write!(f, "slot {slot}: {change}")
            }
            Action::Sms { from, text, .. } => write!(f, "from {from}: {text:?}"),
            Action::Pdu(octets) => write!(f, "the network delivers {} octets", octets.len()),
            Action::Call { from } if from.is_empty() => f.write_str("somebody without a number calls"),
            Action::Call { from } => write!(f, "{from} calls"),
            Action::PickUp => f.write_str("the other side answers"),
            Action::HangUp => f.write_str("the other side hangs up"),
            Action::Dtmf(keys) => write!(f, "the other side presses the keys {keys}"),
            Action::Part { name, change } => write!(f, "{name}: {change}"),
        }
    }
}

impl fmt::Display for PartChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartChange::Attached(place) if place.is_empty() => f.write_str("attached"),
            PartChange::Attached(place) => write!(f, "attached to {place}"),
            PartChange::Removed => f.write_str("taken away"),
            PartChange::Set { value, to } => write!(f, "{value} = {to}"),
            PartChange::Touched(Some((x, y))) => write!(f, "touched at {x}, {y}"),
            PartChange::Touched(None) => f.write_str("no finger"),
        }
    }
}

impl fmt::Display for SimChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SimChange::Removed => "the card is taken out",
            SimChange::Inserted => "the card is put in",
            SimChange::Exchanged(_) => "another card is put in",
        })
    }
}
