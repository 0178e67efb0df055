//! Cards and the slots that they are in.

use serde::{Deserialize, Serialize};

use super::{book::Book, profile, store::Store};

/// How often a wrong PIN may be given (3GPP TS 31.101 section 9).
const ATTEMPTS: u8 = 3;

/// What is on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// `iccid`: its number, 19 or 20 digits.
    pub iccid: String,
    /// `imsi`: the subscriber's identity, 15 digits, which begin with the card's home network.
    pub imsi: String,
    /// `number`: its telephone number, digits after an optional plus sign.
    pub number: String,
    /// `pin`: what it asks for, four to eight digits. Default: none.
    pub pin: Option<String>,
    /// `puk`: what it asks for after three wrong PINs, eight digits. Default: 12345678.
    pub puk: String,
}

impl Default for Card {
    fn default() -> Self {
        Card {
            iccid: "89860012345678901234".into(),
            imsi: "460001234567890".into(),
            number: "+8613000000000".into(),
            pin: None,
            puk: "12345678".into(),
        }
    }
}

impl Card {
    /// The keys that [`set`](Self::set) knows.
    pub const KEYS: [&str; 5] = ["iccid", "imsi", "number", "pin", "puk"];

    /// The card that is in the second slot, if nothing else is said of it.
    #[must_use]
    pub fn second() -> Self {
        Card {
            iccid: "89860112345678901234".into(),
            imsi: "460011234567890".into(),
            number: "+8613100000000".into(),
            ..Card::default()
        }
    }

    /// Sets one value. Returns false for a key that is not a card's.
    ///
    /// # Errors
    /// The value cannot be used; the text says what is expected.
    pub fn set(&mut self, key: &str, value: &str) -> Result<bool, &'static str> {
        let digits = |count, expected| profile::digits(value, count).ok_or(expected);
        match key {
            "iccid" => self.iccid = digits(19..=20, "19 or 20 digits")?,
            "imsi" => self.imsi = digits(15..=15, "15 digits")?,
            "number" => {
                let plain = value.strip_prefix('+').unwrap_or(value);
                profile::digits(plain, 1..=20).ok_or("digits after an optional +")?;
                self.number = value.into();
            }
            "pin" => self.pin = Some(digits(4..=8, "4 to 8 digits")?),
            "puk" => self.puk = digits(8..=8, "8 digits")?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The state of the card in the slot that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sim {
    /// It is there and gives access to the network.
    Ready,
    /// It asks for its PIN.
    Locked,
    /// It asks for its PUK.
    Blocked,
    /// The slot is empty.
    Absent,
}

/// A slot with the card that is in it, or was the last in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Slot {
    pub card: Card,
    is_there: bool,
    /// The script says that the card is out.
    #[serde(skip)]
    is_told_out: bool,
    /// The PIN was given.
    #[serde(skip)]
    is_open: bool,
    /// How often it was wrong.
    wrong_pins: u8,
    /// The card's phone book.
    pub book: Book,
    /// The card's text messages.
    pub store: Store,
}

impl Slot {
    pub fn new(card: Card, is_there: bool) -> Self {
        Slot {
            card,
            is_there,
            is_told_out: false,
            is_open: false,
            wrong_pins: 0,
            book: Book::default(),
            store: Store::default(),
        }
    }

    pub fn state(&self) -> Sim {
        if !self.is_there || self.is_told_out {
            Sim::Absent
        } else if self.card.pin.is_none() || self.is_open {
            Sim::Ready
        } else if self.wrong_pins < ATTEMPTS {
            Sim::Locked
        } else {
            Sim::Blocked
        }
    }

    /// The card is put in or taken out.
    pub fn put(&mut self, is_there: bool) {
        self.is_there = is_there;
        self.is_open &= is_there;
    }

    /// The script says that the card is in or out.
    pub fn tell(&mut self, is_there: bool) {
        self.is_told_out = !is_there;
        self.is_open &= is_there;
    }

    /// Tries a PIN. Returns whether it was asked for and is right.
    pub fn try_pin(&mut self, pin: &str) -> bool {
        if self.state() != Sim::Locked {
            return false;
        }
        self.is_open = self.card.pin.as_deref() == Some(pin);
        self.wrong_pins = if self.is_open { 0 } else { self.wrong_pins + 1 };
        self.is_open
    }

    /// Likewise a PUK, which sets a new PIN.
    pub fn try_puk(&mut self, puk: &str, pin: &str) -> bool {
        let is_right = self.state() == Sim::Blocked && self.card.puk == puk;
        let mut card = self.card.clone();
        if !is_right || card.set("pin", pin) != Ok(true) {
            return false;
        }
        self.card = card;
        self.wrong_pins = 0;
        self.is_open = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked() -> Slot {
        Slot::new(Card { pin: Some("1234".into()), ..Card::default() }, true)
    }

    #[test]
    fn three_wrong_pins_block_the_card_until_its_puk() {
        let mut slot = locked();
        assert!(!slot.try_pin("1") && !slot.try_pin("2"));
        slot.put(false);
        assert_eq!(slot.state(), Sim::Absent);
        assert!(!slot.try_pin("1234"));
        slot.put(true);
        assert!(!slot.try_pin("3"));
        assert_eq!(slot.state(), Sim::Blocked);
        assert!(!slot.try_pin("1234") && !slot.try_puk("00000000", "4321") && !slot.try_puk("12345678", "x"));
        assert!(slot.try_puk("12345678", "4321"));
        assert_eq!(slot.state(), Sim::Ready);
        slot.put(false);
        slot.put(true);
        assert!(!slot.try_pin("1234") && slot.try_pin("4321"));
    }

    #[test]
    fn a_right_pin_forgives_wrong_ones() {
        let mut slot = locked();
        for _ in 0..2 {
            assert!(!slot.try_pin("1") && !slot.try_pin("2") && slot.try_pin("1234"));
            slot.tell(false);
            assert_eq!(slot.state(), Sim::Absent);
            slot.tell(true);
            assert_eq!(slot.state(), Sim::Locked);
        }
    }
}
