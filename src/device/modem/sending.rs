//! Text messages on their way from the script.

use super::{
    Modem,
    command::{Answer, Commands, Form},
    joining::Joining,
    messages::{INVALID_INDEX, INVALID_PARAMETER, failure},
    newest::Newest,
    state::{ExchangedMessage, SentMessage},
    store::Status,
};
use crate::device::{change::Change, pdu::Submit};

/// Results of 3GPP TS 27.005 section 3.2.5.
const INVALID_PDU: u16 = 304;
const MEMORY_FULL: u16 = 322;
const NO_NETWORK: u16 = 331;

/// Longest message without the service centre's number, in octets.
const MAX_LENGTH: usize = 164;

/// What happens to a message that the script hands over.
#[derive(Clone, Copy, Debug, Default)]
enum Purpose {
    #[default]
    Send,
    Store,
}

/// What has been sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Length of the message that has been announced, without the service centre's number.
    announced: usize,
    /// What for.
    purpose: Purpose,
    /// Reference of the last message.
    reference: u8,
    joining: Joining,
    /// The last texts that have been sent, for an observer.
    pub texts: Newest<SentMessage>,
}

impl Modem {
    /// `AT+CMGS` and `AT+CMGW`: ask for the message.
    fn announce_message(&mut self, purpose: Purpose, length: &str) -> Answer {
        let length = length.split(',').next().unwrap_or_default();
        match length.trim().parse() {
            Ok(length @ 1..=MAX_LENGTH) => {
                self.messages.sent.announced = length;
                self.messages.sent.purpose = purpose;
                Answer::Prompt
            }
            _ => failure(INVALID_PDU),
        }
    }

    /// The message that was asked for is complete, in hexadecimal digits.
    pub(super) fn take_message(&mut self, digits: &[u8]) -> Answer {
        let announced = self.messages.sent.announced;
        let message = message_in(digits).filter(|message| message.len() == announced);
        let Some(message) = message else { return failure(INVALID_PDU) };
        self.with_card(|modem| match modem.messages.sent.purpose {
            Purpose::Send => modem.submit("+CMGS", &message),
            Purpose::Store => modem.store_message(message),
        })
    }

    fn submit(&mut self, command: &str, message: &[u8]) -> Answer {
        if !self.is_registered() {
            return failure(NO_NETWORK);
        }
        let Ok(message) = Submit::decode(message) else { return failure(INVALID_PDU) };
        let sent = &mut self.messages.sent;
        sent.reference = sent.reference.wrapping_add(1);
        let answer = Answer::line(format!("{command}: {}", sent.reference));
        let to = message.to.to_string();
        if let Some(text) = sent.joining.add(&to, message.data) {
            sent.texts.push(SentMessage { to: to.clone(), text: text.clone() });
            let message = ExchangedMessage { number: to.clone(), text: text.clone(), incoming: false };
            self.messages.exchanged.push(message);
            self.changes.push(Change::Sms { to, text });
        }
        answer
    }

    /// `AT+CMGW`: a message to send later.
    fn store_message(&mut self, message: Vec<u8>) -> Answer {
        if Submit::decode(&message).is_err() {
            return failure(INVALID_PDU);
        }
        match self.slot_mut().store.keep(message, Status::Unsent) {
            Some(index) => Answer::line(format!("+CMGW: {index}")),
            None => failure(MEMORY_FULL),
        }
    }

    /// `AT+CMSS`: sends what was stored.
    fn send_stored(&mut self, index: &str) -> Answer {
        let Some(message) = self.slot_mut().store.outgoing(index).map(<[u8]>::to_vec) else {
            return failure(INVALID_INDEX);
        };
        let answer = self.submit("+CMSS", &message);
        if matches!(answer, Answer::Lines(_)) {
            self.slot_mut().store.set_sent(index);
        }
        answer
    }
}

/// The message in what comes to the AT port: it follows the service centre's number, whose length goes first.
fn message_in(digits: &[u8]) -> Option<Vec<u8>> {
    let octets = data_encoding::HEXUPPER_PERMISSIVE.decode(digits.trim_ascii()).ok()?;
    let (length, rest) = octets.split_first()?;
    rest.get(usize::from(*length)..).map(<[u8]>::to_vec)
}

pub(super) const COMMANDS: Commands = &[
    ("+CMGS", |modem, form, _| match form {
        Form::Set("?") => Answer::OK,
        Form::Set(length) => modem.announce_message(Purpose::Send, length),
        _ => Answer::OK,
    }),
    ("+CMGW", |modem, form, _| match form {
        Form::Set("?") => Answer::OK,
        Form::Set(length) => modem.announce_message(Purpose::Store, length),
        _ => failure(INVALID_PARAMETER),
    }),
    ("+CMSS", |modem, form, _| match form {
        Form::Set("?") => Answer::OK,
        Form::Set(index) => modem.with_card(|modem| modem.send_stored(index)),
        _ => failure(INVALID_PARAMETER),
    }),
];

#[cfg(test)]
mod tests {
    use super::super::tests::Bench;
    use crate::device::{
        change::Change,
        pdu::{Address, Content, Submit, UserData},
    };

    /// Sends octets as a library does; returns what the modem says after the prompt.
    fn send(bench: &mut Bench, octets: &[u8]) -> String {
        assert_eq!(bench.ask(&format!("AT+CMGS={}", octets.len())), "\r\n> ");
        bench.modem.feed(format!("00{}\x1a", data_encoding::HEXUPPER.encode(octets)).as_bytes(), bench.now);
        bench.said()
    }

    fn submit(data: UserData) -> Vec<u8> {
        Submit { reference: 0, to: Address::parse("+8613811112222").unwrap(), data }.encode()
    }

    #[test]
    fn a_text_of_several_parts_goes_out_as_one() {
        let mut bench = Bench::registered();
        let text = "一条很长的消息".repeat(20);
        let parts = UserData::parts(&Content::of(&text), 9);
        for (reference, data) in (1..).zip(parts) {
            assert_eq!(bench.modem.take_changes(), []);
            assert_eq!(send(&mut bench, &submit(data)), format!("\r\n+CMGS: {reference}\r\n\r\nOK\r\n"));
        }
        assert_eq!(bench.modem.take_changes(), [Change::Sms { to: "+8613811112222".into(), text }]);
    }

    #[test]
    fn a_message_is_asked_for_and_taken_whole() {
        let mut bench = Bench::registered();
        assert_eq!(bench.ask("AT+CMGS=10"), "\r\n> ");
        bench.modem.feed(b"000100048101100", bench.now);
        assert_eq!(bench.said(), "");
        bench.modem.feed(b"0000161\x1aAT+CSQ\r", bench.now);
        assert_eq!(bench.said(), "\r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGS=20"), "\r\n> ");
        bench.modem.feed(b"\x1b", bench.now);
        assert_eq!(bench.said(), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGS"), "\r\nOK\r\n");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let mut bench = Bench::registered();
        for (length, text) in
            [("10", "hello"), ("9", "000100048101100000161"), ("3", "00040011"), ("1", "0600"), ("1", "")]
        {
            assert_eq!(bench.ask(&format!("AT+CMGS={length}")), "\r\n> ");
            bench.modem.feed(format!("{text}\x1a").as_bytes(), bench.now);
            assert_eq!(bench.said(), "\r\n+CMS ERROR: 304\r\n", "{text}");
        }
        for length in ["0", "165", "\"10086\""] {
            assert_eq!(bench.ask(&format!("AT+CMGS={length}")), "\r\n+CMS ERROR: 304\r\n");
        }
        assert_eq!(bench.modem.take_changes(), []);
    }

    #[test]
    fn a_message_may_be_stored_and_sent_later() {
        let mut bench = Bench::registered();
        let octets = submit(UserData { part: None, content: Content::of("later") });
        let digits = data_encoding::HEXUPPER.encode(&octets);
        assert_eq!(bench.ask(&format!("AT+CMGW={}", octets.len())), "\r\n> ");
        bench.modem.feed(format!("00{digits}\x1a").as_bytes(), bench.now);
        assert_eq!(bench.said(), "\r\n+CMGW: 1\r\n\r\nOK\r\n");
        let listed = |status| format!("\r\n+CMGL: 1,{status},,{}\r\n0891683108100005F0{digits}\r\n", octets.len());
        assert_eq!(bench.ask("AT+CMGL=2"), listed(2) + "\r\nOK\r\n");
        assert_eq!(bench.modem.take_changes(), []);
        assert_eq!(bench.ask("AT+CMSS=1"), "\r\n+CMSS: 1\r\n\r\nOK\r\n");
        assert_eq!(bench.modem.take_changes(), [Change::Sms { to: "+8613811112222".into(), text: "later".into() }]);
        assert_eq!(bench.ask("AT+CMGL=3"), listed(3) + "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGD=1,1") + &bench.ask("AT+CMGD=1,2"), "\r\nOK\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMSS=1"), "\r\n+CMS ERROR: 321\r\n");
    }

    #[test]
    fn sending_needs_the_network() {
        let mut bench = Bench::new();
        let octets = submit(UserData { part: None, content: Content::of("hi") });
        assert_eq!(send(&mut bench, &octets), "\r\n+CMS ERROR: 331\r\n");
        bench.after(2000);
        assert_eq!(send(&mut bench, &octets), "\r\n+CMGS: 1\r\n\r\nOK\r\n");
        bench.without_card();
        assert_eq!(send(&mut bench, &octets), "\r\n+CMS ERROR: 310\r\n");
    }
}
