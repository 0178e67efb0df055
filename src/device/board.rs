//! The board: the parts of the device that an action reaches, beside the modem.

use std::time::Duration;

use super::{
    action::Action,
    analog::Analog,
    audio::{Headset, Report, SoundFile},
    buses::Buses,
    camera::Camera,
    display::Screens,
    keypad::Keypad,
    pins::Pins,
    power::Power,
    pwm::Channels,
    uart::Uarts,
    wifi::AccessPoint,
};

/// What an action has the firmware tell the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The level at an interrupt pin has changed.
    Edge {
        /// Number of the pin.
        pin: i64,
        /// Low to high, else high to low.
        rising: bool,
    },
    /// A key was pressed or released.
    Key {
        /// Its row.
        row: i64,
        /// Its column.
        column: i64,
        /// Pressed, else released.
        is_pressed: bool,
    },
    /// Bytes have come in at a uart that had none.
    Received {
        /// Id of the uart.
        uart: i64,
    },
    /// Something happens at the socket of the headset.
    Headset(Report),
    /// Something about battery or charger is new.
    Power,
}

/// The parts of one board.
#[derive(Debug, Default)]
pub struct Board {
    /// Pins.
    pub pins: Pins,
    /// The key matrix.
    pub keypad: Keypad,
    /// Analogue inputs.
    pub analog: Analog,
    /// Pulse-width modulation.
    pub pwm: Channels,
    /// Serial ports, as far as they lead nowhere.
    pub uarts: Uarts,
    /// I2C and SPI.
    pub buses: Buses,
    /// The camera.
    pub camera: Camera,
    /// Panels that show something.
    pub screens: Screens,
    /// Battery, charger and voltage domains.
    pub power: Power,
    /// The socket of the headset.
    pub headset: Headset,
    /// What the microphone hears; none for a silent room.
    pub microphone: Option<SoundFile>,
    /// What a search for access points finds.
    pub access_points: Vec<AccessPoint>,
}

impl Board {
    /// What an action changes, at a time since the start. What concerns the modem is ignored.
    pub fn act(&mut self, action: &Action, at: Duration) -> Option<Event> {
        match *action {
            Action::Input { pin, level } => {
                self.pins.drive(pin, level, at).then_some(Event::Edge { pin, rising: level })
            }
            Action::Key { row, column, is_pressed } => {
                self.keypad.press(row, column, is_pressed).then_some(Event::Key { row, column, is_pressed })
            }
            Action::Analog { channel, millivolts } => {
                self.analog.set(channel, millivolts);
                None
            }
            Action::AccessPoints(ref points) => {
                self.access_points.clone_from(points);
                None
            }
            Action::Microphone(ref file) => {
                self.microphone.clone_from(file);
                None
            }
            Action::Headset(plug) => self.headset.set(plug).map(Event::Headset),
            Action::HeadsetButton(is_pressed) => self.headset.press(is_pressed).map(Event::Headset),
            Action::Uart { id, ref bytes } => self.uarts.receive(id, bytes).then_some(Event::Received { uart: id }),
            Action::Battery { millivolts } => self.power.set_battery(millivolts).then_some(Event::Power),
            Action::Charger(is_connected) => self.power.set_charger(is_connected).then_some(Event::Power),
            Action::Network(_)
            | Action::Conditions(_)
            | Action::ResetConnections
            | Action::Signal(_)
            | Action::NetworkTime(_)
            | Action::Urc(_)
            | Action::Temperature(_)
            | Action::Sim { .. }
            | Action::Sms { .. }
            | Action::Pdu(_)
            | Action::Call { .. }
            | Action::PickUp
            | Action::HangUp
            | Action::Dtmf(_)
            | Action::Part { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_reach_their_parts() {
        let mut board = Board::default();
        let now = Duration::ZERO;
        board.pins.interrupt(3, None);
        let input = Action::Input { pin: 3, level: true };
        assert_eq!(board.act(&input, now), Some(Event::Edge { pin: 3, rising: true }));
        assert_eq!(board.act(&input, now), None);

        board.keypad.enable();
        let key = Action::Key { row: 1, column: 2, is_pressed: true };
        assert_eq!(board.act(&key, now), Some(Event::Key { row: 1, column: 2, is_pressed: true }));

        assert_eq!(board.act(&Action::Analog { channel: 2, millivolts: 1200 }, now), None);
        board.analog.open(2, 0);
        assert_eq!(board.analog.read(2), (400, 1200));
        assert_eq!(board.act(&Action::Charger(true), now), Some(Event::Power));
        assert_eq!(board.act(&Action::Battery { millivolts: 3700 }, now), Some(Event::Power));
        assert_eq!(board.act(&Action::Network(true), now), None);
    }
}
