//! The store of messages that have come, and the commands that read, list and delete them.

use super::{
    command::{Answer, Commands, Form},
    messages::{INVALID_INDEX, INVALID_PARAMETER, failure},
};
use crate::device::pdu::Address;

/// Messages that the card has room for, as usual.
pub(super) const CAPACITY: usize = 50;

/// The service centre's number, one of China Mobile's.
pub(super) const CENTRE: &str = "+8613800100500";

#[derive(Debug)]
struct Stored {
    octets: Vec<u8>,
    is_read: bool,
}

impl Stored {
    /// As the AT port shows it: its status, its length without the service centre's number, and all of it.
    fn shown(&self) -> String {
        format!("{},{}", u8::from(self.is_read), shown(&self.octets))
    }
}

/// A message as the AT port shows it.
pub(super) fn shown(octets: &[u8]) -> String {
    let centre = Address::parse(CENTRE).map_or_else(|| vec![0], |centre| centre.service_centre());
    let all: String = centre.iter().chain(octets).map(|octet| format!("{octet:02X}")).collect();
    format!(",{}\r\n{all}", octets.len())
}

/// Messages by their places, from 1.
#[derive(Debug)]
pub(super) struct Store {
    places: [Option<Stored>; CAPACITY],
    /// What the script calls it.
    name: String,
}

impl Default for Store {
    fn default() -> Self {
        Store { places: [const { None }; CAPACITY], name: "SM".into() }
    }
}

impl Store {
    /// What the script calls it: `SM`, `ME` or `MT`.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_full(&self) -> bool {
        self.places.iter().all(Option::is_some)
    }

    /// Keeps a message at the first free place, and returns that.
    pub fn keep(&mut self, octets: Vec<u8>) -> Option<usize> {
        let index = self.places.iter().position(Option::is_none)?;
        self.places[index] = Some(Stored { octets, is_read: false });
        Some(index + 1)
    }

    fn count(&self) -> usize {
        self.places.iter().flatten().count()
    }

    fn place(&mut self, index: &str) -> Option<&mut Option<Stored>> {
        let index: usize = index.trim().parse().ok()?;
        self.places.get_mut(index.checked_sub(1)?)
    }

    /// `AT+CMGR`: an empty place gives nothing.
    pub fn read(&mut self, index: &str) -> Answer {
        let Some(place) = self.place(index) else { return failure(INVALID_INDEX) };
        let Some(stored) = place else { return Answer::OK };
        let line = format!("+CMGR: {}", stored.shown());
        stored.is_read = true;
        Answer::line(line)
    }

    /// `AT+CMGL`: 0 what is unread, 1 what is read, 4 all; 2 and 3 would be what the script has stored.
    pub fn list(&mut self, which: &str) -> Answer {
        let is_listed: fn(&Stored) -> bool = match which {
            "" | "0" => |stored| !stored.is_read,
            "1" => |stored| stored.is_read,
            "2" | "3" => |_| false,
            "4" => |_| true,
            _ => return failure(INVALID_PARAMETER),
        };
        let places = (1..).zip(&mut self.places);
        let listed = places.filter_map(|(index, place)| Some((index, place.as_mut().filter(|it| is_listed(it))?)));
        let lines = listed.map(|(index, stored)| {
            let line = format!("+CMGL: {index},{}", stored.shown());
            stored.is_read = true;
            line
        });
        Answer::Lines(lines.collect())
    }

    /// `AT+CMGD`: the message at a place; with a second value of 1 to 3 all that is read, with 4 all.
    pub fn delete(&mut self, value: &str) -> Answer {
        let (index, which) = value.split_once(',').unwrap_or((value, "0"));
        match which.trim() {
            "0" => match self.place(index) {
                Some(place) => *place = None,
                None => return failure(INVALID_INDEX),
            },
            "1" | "2" | "3" => {
                let places = self.places.iter_mut();
                places.filter(|place| place.as_ref().is_some_and(|stored| stored.is_read)).for_each(|it| *it = None);
            }
            "4" => self.places.fill_with(|| None),
            _ => return failure(INVALID_PARAMETER),
        }
        Answer::OK
    }

    /// `AT+CPMS`: all memories are the one store.
    pub fn choose(&mut self, value: &str) -> Answer {
        let name = value.split(',').next().unwrap_or_default().trim_matches('"');
        if !["SM", "ME", "MT"].contains(&name) {
            return failure(INVALID_PARAMETER);
        }
        self.name = name.into();
        let room = format!("{},{CAPACITY}", self.count());
        Answer::line(format!("+CPMS: {room},{room},{room}"))
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CPMS", |modem, form, _| match form {
        Form::Set("?") => {
            let memories = "(\"SM\",\"ME\",\"MT\")";
            Answer::line(format!("+CPMS: {memories},{memories},{memories}"))
        }
        Form::Set(value) => modem.with_card(|modem| modem.messages.store.choose(value)),
        _ => modem.with_card(|modem| {
            let store = &modem.messages.store;
            let room = format!("\"{}\",{},{CAPACITY}", store.name, store.count());
            Answer::line(format!("+CPMS: {room},{room},{room}"))
        }),
    }),
    ("+CMGR", |modem, form, _| match form {
        Form::Set(index) => modem.with_card(|modem| modem.messages.store.read(index)),
        _ => failure(INVALID_PARAMETER),
    }),
    ("+CMGL", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CMGL: (0-4)"),
        Form::Set(which) => modem.with_card(|modem| modem.messages.store.list(which)),
        _ => modem.with_card(|modem| modem.messages.store.list("")),
    }),
    ("+CMGD", |modem, form, _| match form {
        Form::Set("?") => Answer::line(format!("+CMGD: (1-{CAPACITY}),(0-4)")),
        Form::Set(value) => modem.with_card(|modem| modem.messages.store.delete(value)),
        _ => failure(INVALID_PARAMETER),
    }),
];
