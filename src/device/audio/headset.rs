//! The socket for a headset.

/// How a plug is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plug {
    /// Three poles: two channels, and no microphone.
    Headphones,
    /// Four poles: with a microphone and a button.
    Headset,
}

impl Plug {
    /// Its poles.
    #[must_use]
    pub fn poles(self) -> u8 {
        match self {
            Plug::Headphones => 3,
            Plug::Headset => 4,
        }
    }

    /// As the firmware reports it: 1 without a microphone, 2 with one.
    fn parameter(self) -> i64 {
        match self {
            Plug::Headphones => 1,
            Plug::Headset => 2,
        }
    }
}

/// What the firmware reports, by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// 1 plugged in, 2 pulled out, 3 the button is pressed, 4 it is released.
    pub kind: i64,
    /// The plug that is put in; else 0.
    pub parameter: i64,
}

const PULLED_OUT: Report = Report { kind: 2, parameter: 0 };
const PRESSED: Report = Report { kind: 3, parameter: 0 };
const RELEASED: Report = Report { kind: 4, parameter: 0 };

/// The socket with what is in it.
#[derive(Debug, Default)]
pub struct Headset {
    plug: Option<Plug>,
    is_pressed: bool,
    reports: bool,
}

impl Headset {
    /// The script wants to hear of the socket (true), or has the firmware see to it. Returns what is reported at once.
    pub fn begin(&mut self, reports: bool) -> Option<Report> {
        self.reports = reports;
        self.plug_in(self.plug?)
    }

    /// Something is plugged in, or pulled out.
    pub fn set(&mut self, plug: Option<Plug>) -> Option<Report> {
        if self.plug == plug {
            return None;
        }
        self.is_pressed = false;
        self.plug = plug;
        plug.map_or(self.reports.then_some(PULLED_OUT), |plug| self.plug_in(plug))
    }

    fn plug_in(&self, plug: Plug) -> Option<Report> {
        self.reports.then_some(Report { kind: 1, parameter: plug.parameter() })
    }

    /// Its button is pressed (true) or released; nothing happens without one.
    pub fn press(&mut self, is_pressed: bool) -> Option<Report> {
        if self.plug != Some(Plug::Headset) || self.is_pressed == is_pressed {
            return None;
        }
        self.is_pressed = is_pressed;
        self.reports.then_some(if is_pressed { PRESSED } else { RELEASED })
    }

    /// What is plugged in.
    #[must_use]
    pub fn plug(&self) -> Option<Plug> {
        self.plug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_wants_to_hears_of_each_change_once() {
        let mut headset = Headset::default();
        assert_eq!(headset.set(Some(Plug::Headphones)), None);
        let plugged = |parameter| Some(Report { kind: 1, parameter });
        assert_eq!(headset.begin(true), plugged(1));
        assert_eq!((headset.set(Some(Plug::Headphones)), headset.press(true)), (None, None));
        assert_eq!(headset.set(Some(Plug::Headset)), plugged(2));
        assert_eq!((headset.press(true), headset.press(true)), (Some(PRESSED), None));
        assert_eq!(headset.press(false), Some(RELEASED));
        assert_eq!((headset.set(None), headset.set(None)), (Some(PULLED_OUT), None));
        assert_eq!(headset.begin(true), None);
    }

    #[test]
    fn the_firmware_keeps_to_itself_what_it_sees_to() {
        let mut headset = Headset::default();
        headset.set(Some(Plug::Headset));
        assert_eq!((headset.begin(false), headset.press(true), headset.set(None)), (None, None, None));
    }
}
