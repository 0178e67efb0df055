//! What actions and changes are about: the topics that `--trace` and listeners choose from.

use std::{fmt, str::FromStr};

use crate::spelling;

/// Makes the enumeration, its names and the list of all, from one table.
macro_rules! topics {
    ($($(#[$about:meta])* $topic:ident = $name:literal,)*) => {
        /// What an action or a change is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Topic {
            $($(#[$about])* $topic,)*
        }

        impl Topic {
            /// All of them, in the order in which they are listed for people.
            pub const ALL: &[Topic] = &[$(Topic::$topic,)*];

            /// The name by which the command line and scripts choose it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Topic::$topic => $name,)*
                }
            }
        }
    };
}

topics! {
    /// AT commands and what the modem says.
    At = "at",
    /// Text messages, both ways.
    Sms = "sms",
    /// Calls, both ways.
    Call = "call",
    /// The card.
    Sim = "sim",
    /// Coverage and registration.
    Net = "net",
    /// Sockets and their bytes.
    Socket = "socket",
    /// WebSocket connections and their messages.
    Ws = "ws",
    /// Levels and directions of pins.
    Pin = "pin",
    /// Patterns in which pins blink.
    Led = "led",
    /// Pulse-width modulation.
    Pwm = "pwm",
    /// Keys.
    Key = "key",
    /// Analogue inputs.
    Adc = "adc",
    /// Serial ports, both ways.
    Uart = "uart",
    /// Transfers on I2C.
    I2c = "i2c",
    /// Transfers on SPI.
    Spi = "spi",
    /// What is attached to the device.
    Part = "part",
    /// Sounds, speech and recordings.
    Audio = "audio",
    /// The display.
    Lcd = "lcd",
    /// Battery, charger, voltage domains, sleep, switching off.
    Power = "power",
    /// The clock and its alarm.
    Clock = "clock",
    /// Bluetooth.
    Bluetooth = "bluetooth",
    /// WLAN.
    Wifi = "wifi",
    /// Updates over the air.
    Fota = "fota",
    /// What is published by `sys.publish`.
    Publish = "publish",
    /// Lines that are printed: only for those who listen, because they are on the screen already.
    Log = "log",
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let traced = || Topic::ALL.iter().copied().filter(|topic| *topic != Topic::Log);
        traced().find(|topic| topic.name() == text).ok_or_else(|| {
            let known: Vec<&str> = traced().map(Topic::name).collect();
            spelling::one_of(&known, text)
        })
    }
}

/// A set of topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Topics(u32);

impl Topics {
    /// No topic.
    pub const NONE: Topics = Topics(0);

    /// Every topic.
    pub const ALL: Topics = Topics((1 << Topic::ALL.len()) - 1);

    /// Whether a topic is in it.
    #[must_use]
    pub const fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u8) != 0
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with a further topic.
    #[must_use]
    pub const fn with(self, topic: Topic) -> Topics {
        Topics(self.0 | 1 << topic as u8)
    }

    /// What is in either set.
    #[must_use]
    pub const fn and(self, other: Topics) -> Topics {
        Topics(self.0 | other.0)
    }
}

impl FromIterator<Topic> for Topics {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        topics.into_iter().fold(Topics::NONE, Topics::with)
    }
}

impl FromStr for Topics {
    type Err = String;

    /// Reads names separated by commas; `all` means every topic.
    ///
    /// # Errors
    /// A name that is no topic's; the text quotes it and lists those that are.
    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names
            .map(
                |name| if name == "all" { Ok(Topics::ALL) } else { name.parse().map(|topic| Topics::NONE.with(topic)) },
            )
            .try_fold(Topics::NONE, |topics, further: Result<Topics, String>| Ok(topics.and(further?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_topics() {
        let topics: Topics = "at, sms,".parse().unwrap();
        assert!(topics.has(Topic::At) && topics.has(Topic::Sms) && !topics.has(Topic::Call));
        assert_eq!("".parse(), Ok(Topics::NONE));
        let mut traced = Topic::ALL.iter().filter(|topic| **topic != Topic::Log);
        assert!(traced.all(|topic| topic.name().parse() == Ok(*topic)));
        assert!("log".parse::<Topic>().is_err_and(|text| text.ends_with("expected, got \"log\"")));
    }

    #[test]
    fn all_is_every_topic() {
        assert_eq!("all".parse(), Ok(Topics::ALL));
        assert_eq!(Topic::ALL.iter().copied().collect::<Topics>(), Topics::ALL);
    }

    #[test]
    fn an_unknown_name_is_quoted_and_the_known_ones_listed() {
        let problem = "at,sm".parse::<Topics>().unwrap_err();
        assert!(problem.contains("at, sms, call") && problem.ends_with("got \"sm\""), "{problem}");
    }
}
