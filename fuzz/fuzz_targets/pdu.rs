//! Any octets as messages of both kinds: what is understood comes back the same. Any text as a message: its parts
//! are whole and join to the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::pdu::{Address, Content, Deliver, Stamp, Submit, UserData, join};

fuzz_target!(|data: &[u8]| {
    if let Ok(message) = Deliver::decode(data) {
        assert_eq!(Deliver::decode(&message.encode()).as_ref(), Ok(&message));
        assert!(message.data.content.text().chars().count() <= 160);
        text(&message.data.content.text(), &message);
    }
    if let Ok(message) = Submit::decode(data) {
        assert_eq!(Submit::decode(&message.encode()).as_ref(), Ok(&message));
    }
    if let Ok(message) = std::str::from_utf8(data) {
        let from = Address::parse(message).unwrap_or(Address::National("10086".into()));
        let time = Deliver::decode(&[4, 1, 0x81, 0xf1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).expect("an empty message").time;
        let empty = UserData { part: None, content: Content::Septets(Vec::new()) };
        text(message, &Deliver { from, time, data: empty });
    }
});

fn text(text: &str, like: &Deliver) {
    let Stamp { local, zone } = like.time;
    let parts = UserData::parts(&Content::of(text), 7);
    let sent = parts.iter().map(|data| {
        let message = Deliver { from: like.from.clone(), time: Stamp { local, zone }, data: data.clone() };
        let octets = message.encode();
        assert!(octets.len() <= 164);
        let decoded = Deliver::decode(&octets).expect("a message");
        assert_eq!(decoded, message);
        decoded.data
    });
    let sent: Vec<UserData> = sent.collect();
    if sent.len() < 255 {
        assert_eq!(join(&sent), text);
    }
}
