//! Battery, charger and voltage domains.

use std::collections::HashMap;

use serde::Serialize;

/// Voltage domains by their number, as far as the device has them.
pub const DOMAINS: [&str; 16] = [
    "LDO_VLCD",
    "LDO_VMMC",
    "LDO_VSIM1",
    "LDO_VCAMA",
    "LDO_VCAMD",
    "LDO_VIBR",
    "LDO_VBACKLIGHT_R",
    "LDO_VBACKLIGHT_G",
    "LDO_VBACKLIGHT_B",
    "LDO_VBACKLIGHT_W",
    "LDO_HMICBIAS",
    "LDO_VCAM",
    "LDO_FLASHIB",
    "LDO_VLP",
    "LDO_VCAMIO",
    "LDO_KEYPDA",
];

/// Millivolts of the battery at first.
const FULL: i64 = 4000;

/// Millivolts of an empty and of a full battery.
const RANGE: (i64, i64) = (3400, 4200);

/// Currents in mA, and the highest voltage in mV, that the charger can be set to.
const CURRENTS: [i64; 20] =
    [20, 30, 40, 50, 60, 70, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200, 1300, 1400, 1500];
const HIGHEST_VOLTAGE: i64 = 4420;

/// A setting of the charger that is left as it is.
pub const UNSET: i64 = 0xffff;

/// Whether the charger can be set to a current in mA.
#[must_use]
pub fn is_current(milliamperes: i64) -> bool {
    milliamperes == UNSET || CURRENTS.contains(&milliamperes)
}

/// Whether the charger can be set to a voltage in mV.
#[must_use]
pub fn is_voltage(millivolts: i64) -> bool {
    millivolts == UNSET || millivolts <= HIGHEST_VOLTAGE
}

/// What the charger does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charging {
    /// Nothing is connected.
    No,
    /// The battery is being charged.
    Yes,
    /// It is full.
    Done,
}

/// Battery and charger as an observer sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PowerState {
    /// Millivolts of the battery.
    pub battery: i64,
    /// A charger is connected.
    pub charger: bool,
}

/// The power supply of the device.
#[derive(Debug)]
pub struct Power {
    millivolts: i64,
    has_charger: bool,
    /// Whether the script lets the device sleep, and what an observer saw of that last.
    may_sleep: Option<bool>,
    seen_sleep: Option<bool>,
    /// Levels of the voltage domains.
    domains: HashMap<i64, i64>,
}

impl Default for Power {
    fn default() -> Self {
        Power { millivolts: FULL, has_charger: false, may_sleep: None, seen_sleep: None, domains: HashMap::new() }
    }
}

impl Power {
    /// Millivolts of the battery.
    #[must_use]
    pub fn millivolts(&self) -> i64 {
        self.millivolts
    }

    /// Per cent of the battery.
    #[must_use]
    pub fn level(&self) -> i64 {
        let (empty, full) = RANGE;
        ((self.millivolts - empty) * 100 / (full - empty)).clamp(0, 100)
    }

    /// What an observer sees.
    #[must_use]
    pub fn state(&self) -> PowerState {
        PowerState { battery: self.millivolts, charger: self.has_charger }
    }

    /// Whether a charger is connected.
    #[must_use]
    pub fn has_charger(&self) -> bool {
        self.has_charger
    }

    /// What the charger does.
    #[must_use]
    pub fn charging(&self) -> Charging {
        match (self.has_charger, self.level()) {
            (false, _) => Charging::No,
            (true, 100) => Charging::Done,
            (true, _) => Charging::Yes,
        }
    }

    /// Sets the battery's voltage. Returns whether it is another one.
    pub fn set_battery(&mut self, millivolts: i64) -> bool {
        std::mem::replace(&mut self.millivolts, millivolts) != millivolts
    }

    /// Connects a charger or takes it away. Returns whether that is new.
    pub fn set_charger(&mut self, is_connected: bool) -> bool {
        std::mem::replace(&mut self.has_charger, is_connected) != is_connected
    }

    /// Lets the device sleep, or keeps it awake.
    pub fn set_sleep(&mut self, may_sleep: bool) {
        self.may_sleep = Some(may_sleep);
    }

    /// Whether the device may sleep, if that is new since the last call. Only what holds while the script waits
    /// counts.
    pub fn sleep_change(&mut self) -> Option<bool> {
        let before = std::mem::replace(&mut self.seen_sleep, self.may_sleep);
        self.may_sleep.filter(|_| before != self.may_sleep)
    }

    /// Sets a voltage domain to a level of 0 (off) to 15. Returns whether it is another one.
    pub fn set_domain(&mut self, domain: i64, level: i64) -> bool {
        self.domains.insert(domain, level) != Some(level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_has_a_level_and_is_charged() {
        let mut power = Power::default();
        assert_eq!((power.millivolts(), power.level(), power.charging()), (4000, 75, Charging::No));
        assert!(power.set_charger(true));
        assert!(!power.set_charger(true));
        assert_eq!(power.charging(), Charging::Yes);
        assert!(power.set_battery(4200));
        assert!(!power.set_battery(4200));
        assert_eq!((power.level(), power.charging()), (100, Charging::Done));
        power.set_battery(100);
        assert_eq!(power.level(), 0);
    }

    #[test]
    fn sleep_is_told_of_once() {
        let mut power = Power::default();
        assert_eq!(power.sleep_change(), None);
        power.set_sleep(false);
        power.set_sleep(true);
        assert_eq!(power.sleep_change(), Some(true));
        assert_eq!(power.sleep_change(), None);
        power.set_sleep(false);
        assert_eq!(power.sleep_change(), Some(false));
    }

    #[test]
    fn a_domain_tells_of_each_level_once() {
        let mut power = Power::default();
        assert!(power.set_domain(0, 2));
        assert!(!power.set_domain(0, 2));
        assert!(power.set_domain(1, 2));
        assert!(power.set_domain(0, 0));
    }

    #[test]
    fn the_charger_has_certain_currents() {
        assert!(is_current(UNSET) && is_current(500) && !is_current(501) && !is_current(0));
        assert!(is_voltage(UNSET) && is_voltage(4200) && !is_voltage(5000));
    }
}
