//! The store of messages that have come, and the commands that read, list and delete them.

use serde::{Deserialize, Serialize};

use super::{
    Modem,
    command::{Answer, Commands, Form},
    messages::{INVALID_INDEX, INVALID_PARAMETER, failure},
};
use crate::device::pdu::Address;

/// Messages that the card has room for, as usual.
pub(super) const CAPACITY: usize = 50;

/// The service centre's number, one of China Mobile's.
pub(super) const CENTRE: &str = "+8613800100500";

/// What is the matter with a message in the store, by its number in PDU mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Unread = 0,
    Read = 1,
    /// The script has stored it.
    Unsent = 2,
    /// Likewise, and has sent it.
    Sent = 3,
}

/// A message in the store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    pub octets: Vec<u8>,
    pub status: Status,
}

impl Stored {
    /// As the AT port shows it: its status, its length without the service centre's number, and all of it.
    fn shown(&self) -> String {
        format!("{},{}", self.status as u8, shown(&self.octets))
    }

    /// Whoever has seen it has read it.
    fn see(&mut self) {
        if self.status == Status::Unread {
            self.status = Status::Read;
        }
    }
}

/// A message as the AT port shows it.
pub(super) fn shown(octets: &[u8]) -> String {
    let centre = Address::parse(CENTRE).map_or_else(|| vec![0], |centre| centre.service_centre());
    let all: String = centre.iter().chain(octets).map(|octet| format!("{octet:02X}")).collect();
    format!(",{}\r\n{all}", octets.len())
}

/// All places of a store, in their order.
type Places = Vec<Option<Stored>>;

/// Messages by their places, from 1.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Places", try_from = "Places")]
pub(super) struct Store {
    places: [Option<Stored>; CAPACITY],
}

impl Default for Store {
    fn default() -> Self {
        Store { places: [const { None }; CAPACITY] }
    }
}

impl From<Store> for Places {
    fn from(store: Store) -> Self {
        store.places.into()
    }
}

impl TryFrom<Places> for Store {
    type Error = String;

    fn try_from(places: Places) -> Result<Self, String> {
        let wrong = |places: Places| format!("{CAPACITY} places for messages expected, got {}", places.len());
        places.try_into().map(|places| Store { places }).map_err(wrong)
    }
}

impl Store {
    pub fn is_full(&self) -> bool {
        self.places.iter().all(Option::is_some)
    }

    /// Keeps a message at the first free place, and returns that.
    pub fn keep(&mut self, octets: Vec<u8>, status: Status) -> Option<usize> {
        let index = self.places.iter().position(Option::is_none)?;
        self.places[index] = Some(Stored { octets, status });
        Some(index + 1)
    }

    /// The messages with their places, from 1.
    pub fn stored(&self) -> impl Iterator<Item = (usize, &Stored)> {
        self.places.iter().zip(1..).filter_map(|(stored, place)| Some((place, stored.as_ref()?)))
    }

    fn count(&self) -> usize {
        self.places.iter().flatten().count()
    }

    fn place(&mut self, index: &str) -> Option<&mut Option<Stored>> {
        let index: usize = index.trim().parse().ok()?;
        self.places.get_mut(index.checked_sub(1)?)
    }

    /// What the script has stored at a place, and has not sent or has sent.
    pub fn outgoing(&mut self, index: &str) -> Option<&[u8]> {
        let stored = self.place(index)?.as_mut()?;
        let is_outgoing = matches!(stored.status, Status::Unsent | Status::Sent);
        is_outgoing.then_some(stored.octets.as_slice())
    }

    /// That has been sent.
    pub fn set_sent(&mut self, index: &str) {
        if let Some(Some(stored)) = self.place(index) {
            stored.status = Status::Sent;
        }
    }

    /// `AT+CMGD`: the message at a place; with a second value of 1 all that is read, 2 also what has been sent, 3 all
    /// but what is unread, 4 all.
    pub fn delete(&mut self, value: &str) -> Answer {
        let (index, which) = value.split_once(',').unwrap_or((value, "0"));
        match which.trim() {
            "0" => match self.place(index) {
                Some(place) => *place = None,
                None => return failure(INVALID_INDEX),
            },
            "1" => self.remove(&[Status::Read]),
            "2" => self.remove(&[Status::Read, Status::Sent]),
            "3" => self.remove(&[Status::Read, Status::Sent, Status::Unsent]),
            "4" => *self = Store::default(),
            _ => return failure(INVALID_PARAMETER),
        }
        Answer::OK
    }

    fn remove(&mut self, which: &[Status]) {
        for place in &mut self.places {
            place.take_if(|stored| which.contains(&stored.status));
        }
    }
}

impl Modem {
    /// `AT+CMGR`: an empty place gives nothing.
    fn read_message(&mut self, index: &str) -> Answer {
        let Some(place) = self.slot_mut().store.place(index) else { return failure(INVALID_INDEX) };
        let Some(stored) = place else { return Answer::OK };
        let line = format!("+CMGR: {}", stored.shown());
        stored.see();
        let octets = stored.octets.clone();
        self.show_read(&octets);
        Answer::line(line)
    }

    /// `AT+CMGL`: the messages of a status, or 4 all; those without one are unread.
    fn list_messages(&mut self, which: &str) -> Answer {
        let which = match which {
            "" | "0" => Some(Status::Unread),
            "1" => Some(Status::Read),
            "2" => Some(Status::Unsent),
            "3" => Some(Status::Sent),
            "4" => None,
            _ => return failure(INVALID_PARAMETER),
        };
        let is_listed = |stored: &Stored| which.is_none_or(|status| stored.status == status);
        let (mut lines, mut all) = (Vec::new(), Vec::new());
        for (index, place) in (1..).zip(&mut self.slot_mut().store.places) {
            if let Some(stored) = place.as_mut().filter(|stored| is_listed(stored)) {
                lines.push(format!("+CMGL: {index},{}", stored.shown()));
                stored.see();
                all.push(stored.octets.clone());
            }
        }
        all.iter().for_each(|octets| self.show_read(octets));
        Answer::Lines(lines)
    }

    /// `AT+CPMS`: all memories are the card's store.
    fn choose_memory(&mut self, value: &str) -> Answer {
        let name = value.split(',').next().unwrap_or_default().trim_matches('"');
        if !["SM", "ME", "MT"].contains(&name) {
            return failure(INVALID_PARAMETER);
        }
        self.messages.memory = name.into();
        let room = format!("{},{CAPACITY}", self.slot().store.count());
        Answer::line(format!("+CPMS: {room},{room},{room}"))
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CPMS", |modem, form, _| match form {
        Form::Set("?") => {
            let memories = "(\"SM\",\"ME\",\"MT\")";
            Answer::line(format!("+CPMS: {memories},{memories},{memories}"))
        }
        Form::Set(value) => modem.with_card(|modem| modem.choose_memory(value)),
        _ => modem.with_card(|modem| {
            let room = format!("\"{}\",{},{CAPACITY}", modem.messages.memory, modem.slot().store.count());
            Answer::line(format!("+CPMS: {room},{room},{room}"))
        }),
    }),
    ("+CMGR", |modem, form, _| match form {
        Form::Set(index) => modem.with_card(|modem| modem.read_message(index)),
        _ => failure(INVALID_PARAMETER),
    }),
    ("+CMGL", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CMGL: (0-4)"),
        Form::Set(which) => modem.with_card(|modem| modem.list_messages(which)),
        _ => modem.with_card(|modem| modem.list_messages("")),
    }),
    ("+CMGD", |modem, form, _| match form {
        Form::Set("?") => Answer::line(format!("+CMGD: (1-{CAPACITY}),(0-4)")),
        Form::Set(value) => modem.with_card(|modem| modem.slot_mut().store.delete(value)),
        _ => failure(INVALID_PARAMETER),
    }),
];
