//! The phone book of the card (3GPP TS 27.007 sections 8.11 to 8.14).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Modem,
    card::Sim,
    command::{Answer, Commands, Form},
};

/// Entries that the card has room for.
const CAPACITY: usize = 100;

/// Most digits of a number and most bytes of a name.
const MAX_NUMBER: usize = 40;
const MAX_NAME: usize = 28;

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    number: String,
    kind: String,
    name: String,
}

impl Entry {
    fn shown(&self, command: &str, index: usize) -> String {
        format!("{command}: {index},\"{}\",{},\"{}\"", self.number, self.kind, self.name)
    }
}

/// Entries by their places, from 1.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Book(BTreeMap<usize, Entry>);

impl Book {
    /// `AT+CPBR=first,last`.
    fn read(&self, value: &str) -> Answer {
        let mut places = value.split(',').map(place);
        let Some(Some(first)) = places.next() else { return Answer::Error };
        let last = match places.next() {
            None => first,
            Some(Some(last)) if last >= first => last,
            Some(_) => return Answer::Error,
        };
        let entries = self.0.range(first..=last);
        Answer::Lines(entries.map(|(index, entry)| entry.shown("+CPBR", *index)).collect())
    }

    /// `AT+CPBF="text"`: names that begin with it.
    fn find(&self, text: &str) -> Answer {
        let text = text.trim_matches('"');
        let found = self.0.iter().filter(|(_, entry)| entry.name.starts_with(text));
        Answer::Lines(found.map(|(index, entry)| entry.shown("+CPBF", *index)).collect())
    }

    /// `AT+CPBW=place,"number",type,"name"`; with the place only, the entry is deleted, and without it, the first
    /// free place is taken.
    fn write(&mut self, value: &str) -> Answer {
        let mut values = value.splitn(4, ',').map(|value| value.trim().trim_matches('"'));
        let index = match values.next() {
            None | Some("") => (1..=CAPACITY).find(|index| !self.0.contains_key(index)),
            Some(index) => place(index),
        };
        let Some(index) = index else { return Answer::Error };
        let Some(number) = values.next() else {
            self.0.remove(&index);
            return Answer::OK;
        };
        let usual_kind = if number.starts_with('+') { "145" } else { "129" };
        let kind = values.next().filter(|kind| !kind.is_empty()).unwrap_or(usual_kind);
        let name = values.next().unwrap_or_default();
        let is_number = number.len() <= MAX_NUMBER && number.bytes().all(|byte| b"+*#0123456789".contains(&byte));
        if !is_number || name.len() > MAX_NAME || !kind.bytes().all(|byte| byte.is_ascii_digit()) {
            return Answer::Error;
        }
        self.0.insert(index, Entry { number: number.into(), kind: kind.into(), name: name.into() });
        Answer::OK
    }
}

fn place(text: &str) -> Option<usize> {
    text.trim().parse().ok().filter(|index| (1..=CAPACITY).contains(index))
}

impl Modem {
    fn book(&mut self, answer: impl FnOnce(&mut Book) -> Answer) -> Answer {
        if self.sim() == Sim::Ready { answer(&mut self.slot_mut().book) } else { Answer::Error }
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CPBS", |modem, form, _| match form {
        Form::Read => modem.book(|book| Answer::line(format!("+CPBS: \"SM\",{},{CAPACITY}", book.0.len()))),
        Form::Set("?") => Answer::line("+CPBS: (\"SM\")"),
        _ => Answer::OK,
    }),
    ("+CPBR", |modem, form, _| match form {
        Form::Set("?") => Answer::line(format!("+CPBR: (1-{CAPACITY}),{MAX_NUMBER},{MAX_NAME}")),
        Form::Set(value) => modem.book(|book| book.read(value)),
        _ => Answer::Error,
    }),
    ("+CPBF", |modem, form, _| match form {
        Form::Set("?") => Answer::line(format!("+CPBF: {MAX_NUMBER},{MAX_NAME}")),
        Form::Set(text) => modem.book(|book| book.find(text)),
        _ => Answer::Error,
    }),
    ("+CPBW", |modem, form, _| match form {
        Form::Set("?") => Answer::line(format!("+CPBW: (1-{CAPACITY}),{MAX_NUMBER},(129,145),{MAX_NAME}")),
        Form::Set(value) => modem.book(|book| book.write(value)),
        _ => Answer::Error,
    }),
];

#[cfg(test)]
mod tests {
    use super::super::tests::Bench;

    #[test]
    fn entries_are_written_read_found_and_deleted() {
        let mut bench = Bench::registered();
        assert_eq!(bench.ask("AT+CPBW=3,\"10086\",129,\"mobile\""), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPBW=,\"+8613800000000\",,\"mo,m\""), "\r\nOK\r\n");
        let (first, third) = ("1,\"+8613800000000\",145,\"mo,m\"", "3,\"10086\",129,\"mobile\"");
        assert_eq!(bench.ask("AT+CPBR=1"), format!("\r\n+CPBR: {first}\r\n\r\nOK\r\n"));
        assert_eq!(bench.ask("AT+CPBR=1,9"), format!("\r\n+CPBR: {first}\r\n\r\n+CPBR: {third}\r\n\r\nOK\r\n"));
        assert_eq!(bench.ask("AT+CPBF=\"mob\""), format!("\r\n+CPBF: {third}\r\n\r\nOK\r\n"));
        assert_eq!(bench.ask("AT+CPBS?"), "\r\n+CPBS: \"SM\",2,100\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPBW=3"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPBR=3"), "\r\nOK\r\n");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut bench = Bench::registered();
        for command in [
            "AT+CPBR=0",
            "AT+CPBR=101",
            "AT+CPBR=5,4",
            "AT+CPBW=0,\"1\"",
            "AT+CPBW=1,\"x\"",
            "AT+CPBW=1,\"1\",129,\"a name that is longer than the card takes\"",
        ] {
            assert_eq!(bench.ask(command), "\r\nERROR\r\n", "{command}");
        }
        bench.without_card();
        assert_eq!(bench.ask("AT+CPBS?"), "\r\nERROR\r\n");
    }
}
