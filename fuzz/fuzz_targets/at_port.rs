//! Any bytes at the AT port, while time passes and things befall the phone: the modem says no more than what it is
//! asked for gives, a question is put once, and what it means to do next has not been due already.
#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::{
    action::{Action, SimChange},
    clock::Clock,
    modem::{Card, Modem, Override, Profile, Reply},
    pdu::{Address, Deliver},
};

/// More than the longest answer, which lists the messages of a full store.
const LONGEST: usize = 50_000;

fuzz_target!(|data: &[u8]| {
    let mut now = Instant::now();
    let mut modem = Modem::new(Profile::default(), Clock::default());
    modem.power_on(now);
    for step in data.split(|byte| *byte == 0) {
        let Some((kind, rest)) = step.split_first() else { continue };
        let text = String::from_utf8_lossy(rest);
        match kind % 8 {
            0..=3 => modem.feed(rest, now),
            4 => {
                now += Duration::from_millis(37 * rest.iter().map(|byte| u64::from(*byte)).sum::<u64>());
                modem.advance(now);
            }
            5 => action(*kind, &text).into_iter().for_each(|action| modem.act(&action, now)),
            6 => modem.override_answer(&text, Some(Override::Asked)),
            _ => {
                if let Some(command) = modem.take_question() {
                    assert_eq!(modem.take_question(), None);
                    let reply = if rest.is_empty() { Reply::Own } else { Reply::Text(command) };
                    modem.answer_question(reply, now);
                }
            }
        }
        let said = modem.take_output();
        let commands = data.iter().filter(|byte| [b'\r', 0x1a].contains(byte)).count();
        assert!(said.len() <= LONGEST * (commands + 1), "{} bytes", said.len());
        assert!(modem.deadline().is_none_or(|deadline| deadline > now));
        modem.take_changes();
    }
});

fn action(kind: u8, text: &str) -> Option<Action> {
    Some(match kind / 8 % 12 {
        0 => Action::Network(false),
        1 => Action::Network(true),
        2 => Action::Call { from: text.into() },
        3 => Action::HangUp,
        4 => Action::PickUp,
        5 => Action::Dtmf(text.into()),
        6 => Action::Sms { from: Address::parse("10086")?, text: text.chars().take(2000).collect(), time: None },
        7 => {
            let octets = text.chars().map(|c| c as u8).collect::<Vec<u8>>();
            Deliver::decode(&octets).ok()?;
            Action::Pdu(octets)
        }
        8 => Action::Sim { slot: text.len() % 2, change: SimChange::Removed },
        9 => Action::Sim { slot: text.len() % 2, change: SimChange::Inserted },
        10 => {
            let card = Card { pin: Some("0000".into()), ..Card::default() };
            Action::Sim { slot: text.len() % 2, change: SimChange::Exchanged(card) }
        }
        _ => Action::NetworkTime(text.parse().ok()?),
    })
}
