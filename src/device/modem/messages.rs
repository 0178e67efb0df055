//! Text messages on their way to the script: the network has some, the card stores some, and the script is told
//! (3GPP TS 27.005 in PDU mode). What is stored is in [`store`](super::store), what goes the other way in
//! [`sending`](super::sending).

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{
    Modem,
    calls::number_kind,
    card::Sim,
    command::{Answer, Commands, Form},
    newest::Newest,
    sending::Sent,
    state::ExchangedMessage,
    store::{CENTRE, Status, shown},
};
use crate::device::{
    change::Change,
    clock::Civil,
    pdu::{Address, Content, Deliver, Stamp, UserData},
};

/// From one message to the next: the radio channel carries one at a time.
const DELIVERY: Duration = Duration::from_millis(200);

/// How long the network waits after registration for the script to ask for news of messages; what has come before
/// that, the script finds only by looking.
const PATIENCE: Duration = Duration::from_secs(5);

/// Results of 3GPP TS 27.005 section 3.2.5.
const NOT_SUPPORTED: u16 = 303;
pub(super) const INVALID_PARAMETER: u16 = 302;
const NO_CARD: u16 = 310;
const CARD_LOCKED: u16 = 311;
const PUK_REQUIRED: u16 = 316;
pub(super) const INVALID_INDEX: u16 = 321;

/// `+CMS ERROR` with a result.
pub(super) fn failure(result: u16) -> Answer {
    Answer::Failure(format!("+CMS ERROR: {result}"))
}

/// What the script gets to know of a message that comes: the second value of `AT+CNMI`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Indication {
    /// Nothing.
    #[default]
    None,
    /// `+CMTI` with its place in the store.
    Place,
    /// `+CMT` with the message itself, which is not stored.
    Whole,
}

/// Messages, and how the script wants them.
#[derive(Debug)]
pub(super) struct Messages {
    /// What the network has and the card has not.
    pub waiting: VecDeque<Vec<u8>>,
    /// Before that the radio channel is busy.
    next: Option<Instant>,
    /// From then on the network waits no longer for an indication to be asked for.
    patience: Option<Instant>,
    /// What the script calls the store: `SM`, `ME` or `MT`.
    pub memory: String,
    /// The service centre's number that the script has set: `AT+CSCA`.
    centre: String,
    /// The values of `AT+CNMI`.
    indications: String,
    indication: Indication,
    charset: String,
    /// Reference of the last text in parts.
    pub reference: u8,
    /// What goes the other way.
    pub sent: Sent,
    /// The texts of both directions, for an observer.
    pub exchanged: Newest<ExchangedMessage>,
}

impl Default for Messages {
    fn default() -> Self {
        Messages {
            waiting: VecDeque::new(),
            next: None,
            patience: None,
            memory: "SM".into(),
            centre: CENTRE.into(),
            indications: "0,0,0,0,0".into(),
            indication: Indication::None,
            charset: "IRA".into(),
            reference: 0,
            sent: Sent::default(),
            exchanged: Newest::default(),
        }
    }
}

impl Messages {
    /// The network gets a message.
    pub fn queue(&mut self, octets: Vec<u8>) {
        self.waiting.push_back(octets);
    }

    /// How many parts the network holds back.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The modem is registered.
    pub fn network_is_there(&mut self, now: Instant) {
        self.patience = Some(now + PATIENCE);
    }
}

impl Modem {
    /// Whether there is a message that the script can take.
    fn has_way(&self) -> bool {
        let messages = &self.messages;
        self.is_registered()
            && !messages.waiting.is_empty()
            && (messages.indication == Indication::Whole || !self.slot().store.is_full())
    }

    /// The network gets a text for the device, at a time in seconds since 1970 (UTC), or now.
    pub(super) fn receive_text(&mut self, from: &Address, text: &str, time: Option<i64>) {
        let seconds = time.unwrap_or_else(|| self.clock.seconds(self.clock.computer()));
        let local = Civil::from_seconds(seconds.saturating_add(self.clock.zone_seconds()));
        let time = Stamp { local, zone: self.clock.zone() };
        let message = ExchangedMessage { number: from.to_string(), text: text.into(), incoming: true };
        self.messages.exchanged.push(message);
        self.messages.reference = self.messages.reference.wrapping_add(1);
        for data in UserData::parts(&Content::of(text), self.messages.reference) {
            self.messages.queue(Deliver { from: from.clone(), time, data }.encode());
        }
    }

    /// When the next message comes to the script; none if none waits or can come.
    pub(super) fn next_delivery(&self) -> Option<Instant> {
        let messages = &self.messages;
        let patience = messages.patience.filter(|_| messages.indication == Indication::None);
        patience.max(messages.next).filter(|_| self.has_way())
    }

    /// Messages that have reached the device by now.
    pub(super) fn deliver_messages(&mut self, now: Instant) {
        while self.has_way() && self.next_delivery().is_none_or(|next| next <= now) {
            self.deliver_one();
            self.messages.next = Some(now + DELIVERY);
        }
    }

    fn deliver_one(&mut self) {
        let Some(octets) = self.messages.waiting.pop_front() else { return };
        if self.messages.indication == Indication::Whole {
            self.say(&format!("+CMT: {}", shown(&octets)));
            return self.show_read(&octets);
        }
        let Some(index) = self.slot_mut().store.keep(octets, Status::Unread) else { return };
        if self.messages.indication == Indication::Place {
            self.say(&format!("+CMTI: \"{}\",{index}", self.messages.memory));
        }
        if self.slot().store.is_full() {
            self.say("+CIEV: \"SMSFULL\",1");
        }
    }

    /// The script is given a message that has come.
    pub(super) fn show_read(&mut self, octets: &[u8]) {
        if let Ok(Deliver { from, data, .. }) = Deliver::decode(octets) {
            let part = data.part.map(|part| (part.index, part.total));
            self.changes.push(Change::SmsRead { from: from.to_string(), text: data.content.text(), part });
        }
    }

    /// Answers a command about messages, which needs a card that is ready.
    pub(super) fn with_card(&mut self, answer: impl FnOnce(&mut Self) -> Answer) -> Answer {
        match self.sim() {
            Sim::Ready => answer(self),
            Sim::Locked => failure(CARD_LOCKED),
            Sim::Blocked => failure(PUK_REQUIRED),
            Sim::Absent => failure(NO_CARD),
        }
    }

    /// `AT+CSCA`: the service centre's number. Messages go out whatever it is.
    fn set_centre(&mut self, value: &str) -> Answer {
        let number = value.split(',').next().unwrap_or_default().trim().trim_matches('"');
        match Address::parse(number) {
            Some(Address::International(_) | Address::National(_)) => {
                self.messages.centre = number.into();
                Answer::OK
            }
            _ => failure(INVALID_PARAMETER),
        }
    }

    fn set_indications(&mut self, value: &str) -> Answer {
        self.messages.indication = match value.split(',').nth(1).map_or("0", str::trim) {
            "0" => Indication::None,
            "1" => Indication::Place,
            "2" => Indication::Whole,
            _ => return failure(INVALID_PARAMETER),
        };
        self.messages.indications = value.into();
        Answer::OK
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CMGF", |_, form, _| match form {
        Form::Read => Answer::line("+CMGF: 0"),
        Form::Set("?") => Answer::line("+CMGF: (0)"),
        // No text mode.
        Form::Set("1") => failure(NOT_SUPPORTED),
        _ => Answer::OK,
    }),
    ("+CSCS", |modem, form, _| match form {
        Form::Read => Answer::line(format!("+CSCS: \"{}\"", modem.messages.charset)),
        Form::Set("?") => Answer::line("+CSCS: (\"IRA\",\"GSM\",\"UCS2\")"),
        Form::Set(charset) => {
            modem.messages.charset = charset.trim_matches('"').into();
            Answer::OK
        }
        Form::Execute(_) => Answer::OK,
    }),
    ("+CSCA", |modem, form, _| match form {
        Form::Read => {
            let centre = &modem.messages.centre;
            Answer::line(format!("+CSCA: \"{centre}\",{}", number_kind(centre)))
        }
        Form::Set("?") | Form::Execute(_) => Answer::OK,
        Form::Set(value) => modem.set_centre(value),
    }),
    ("+CNMI", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CNMI: (0-2),(0-2),(0),(0),(0)"),
        Form::Set(value) => modem.set_indications(value),
        Form::Read => Answer::line(format!("+CNMI: {}", modem.messages.indications)),
        Form::Execute(_) => Answer::OK,
    }),
];

#[cfg(test)]
mod tests {
    use super::{
        super::{store::CAPACITY, tests::Bench},
        *,
    };
    use crate::device::{action::Action, pdu::join};

    /// The modem of a script that asks for news of messages.
    fn bench() -> Bench {
        let mut bench = Bench::registered();
        assert_eq!(bench.ask("AT+CNMI=2,1,0,0,0"), "\r\nOK\r\n");
        bench
    }

    /// Somebody sends a text on 2026-11-26 at 09:08:07 in China; returns what the modem says.
    fn send(bench: &mut Bench, text: &str) -> String {
        bench.said();
        let time = Some(1_795_655_287);
        bench.act(&Action::Sms { from: Address::parse("+8613811112222").unwrap(), text: text.into(), time })
    }

    /// The message of an answer, without the number of the service centre.
    fn message(answer: &str) -> Deliver {
        let digits = answer.lines().find(|line| line.starts_with("0891")).unwrap();
        Deliver::decode(&data_encoding::HEXUPPER.decode(&digits.as_bytes()[18..]).unwrap()).unwrap()
    }

    #[test]
    fn a_message_is_told_read_and_deleted() {
        let mut bench = bench();
        assert_eq!(send(&mut bench, "hi"), "\r\n+CMTI: \"SM\",1\r\n");
        let body = "040D91683118112122F2000062116290807023 02E834".replace(' ', "");
        let expected =
            |status| format!("\r\n+CMGR: {status},,{}\r\n0891683108100005F0{body}\r\n\r\nOK\r\n", body.len() / 2);
        assert_eq!(bench.ask("AT+CMGR=1"), expected(0));
        assert_eq!(bench.ask("AT+CMGR=1"), expected(1));
        assert_eq!(bench.ask("AT+CPMS=\"SM\""), "\r\n+CPMS: 1,50,1,50,1,50\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGD=1"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CMGR=1"), "\r\nOK\r\n");
        for wrong in ["AT+CMGR=0", "AT+CMGR=51", "AT+CMGD=x"] {
            assert_eq!(bench.ask(wrong), "\r\n+CMS ERROR: 321\r\n", "{wrong}");
        }
    }

    #[test]
    fn a_long_text_comes_in_parts_one_after_the_other() {
        let mut bench = bench();
        let text = "一条很长的消息😀".repeat(40);
        assert_eq!(send(&mut bench, &text), "\r\n+CMTI: \"SM\",1\r\n");
        let told = (2..=6).map(|index| (bench.after(200), format!("\r\n+CMTI: \"SM\",{index}\r\n")));
        told.for_each(|(said, expected)| assert_eq!(said, expected));
        assert_eq!(bench.modem.deadline(), None);
        let parts: Vec<_> = (1..=6).map(|index| message(&bench.ask(&format!("AT+CMGR={index}"))).data).collect();
        assert_eq!(join(&parts), text);
    }

    #[test]
    fn a_full_store_says_so_and_the_network_keeps_the_rest() {
        let mut bench = bench();
        for index in 1..CAPACITY {
            send(&mut bench, &index.to_string());
            bench.after(200);
        }
        assert_eq!(send(&mut bench, "last"), "\r\n+CMTI: \"SM\",50\r\n\r\n+CIEV: \"SMSFULL\",1\r\n");
        bench.after(200);
        assert_eq!(send(&mut bench, "one more"), "");
        assert_eq!(bench.modem.deadline(), None);
        assert_eq!(bench.ask("AT+CMGD=7"), "\r\nOK\r\n\r\n+CMTI: \"SM\",7\r\n\r\n+CIEV: \"SMSFULL\",1\r\n");
        assert_eq!(message(&bench.ask("AT+CMGR=7")).data.content.text(), "one more");
        assert_eq!(bench.ask("AT+CMGD=1,3"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CPMS?"), "\r\n+CPMS: \"SM\",49,50,\"SM\",49,50,\"SM\",49,50\r\n\r\nOK\r\n");
        bench.ask("AT+CMGD=1,4");
        assert_eq!(bench.ask("AT+CMGL=4"), "\r\nOK\r\n");
    }

    #[test]
    fn the_network_waits_for_the_script_and_for_the_device() {
        let mut bench = Bench::with(Modem::new(Default::default(), Default::default()));
        assert_eq!(send(&mut bench, "early"), "");
        assert!(bench.after(2000).ends_with("SMS READY\r\n"));
        assert_eq!(bench.ask("AT+CNMI=2,1,0,0,0"), "\r\nOK\r\n\r\n+CMTI: \"SM\",1\r\n");
        bench.modem.set_coverage(false, bench.now);
        assert!(!send(&mut bench, "no coverage").contains("CMTI"));
        bench.modem.set_coverage(true, bench.now);
        assert!(bench.after(2000).contains("+CMTI: \"SM\",2"));
    }

    #[test]
    fn a_script_that_does_not_ask_finds_messages_by_looking() {
        let mut bench = Bench::registered();
        assert_eq!(send(&mut bench, "hi"), "");
        assert_eq!(bench.ask("AT+CMGL=4"), "\r\nOK\r\n");
        assert_eq!(bench.after(5000), "");
        let listed = bench.ask("AT+CMGL");
        assert!(listed.starts_with("\r\n+CMGL: 1,0,,"), "{listed}");
        assert_eq!(bench.ask("AT+CMGL=0"), "\r\nOK\r\n");
        assert!(bench.ask("AT+CMGL=1").starts_with("\r\n+CMGL: 1,1,,"));
        assert_eq!(bench.ask("AT+CMGL=5"), "\r\n+CMS ERROR: 302\r\n");
    }

    #[test]
    fn a_message_may_be_told_whole() {
        let mut bench = Bench::registered();
        bench.ask("AT+CNMI=2,2");
        let said = send(&mut bench, "hi");
        assert!(said.starts_with("\r\n+CMT: ,"), "{said}");
        assert_eq!(message(&said).data.content.text(), "hi");
        assert_eq!(bench.ask("AT+CMGL=4"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CNMI?"), "\r\n+CNMI: 2,2\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CNMI=2,3"), "\r\n+CMS ERROR: 302\r\n");
    }

    #[test]
    fn messages_need_the_card() {
        let mut bench = bench();
        bench.without_card();
        for command in ["AT+CPMS?", "AT+CMGR=1", "AT+CMGL", "AT+CMGD=1"] {
            assert_eq!(bench.ask(command), "\r\n+CMS ERROR: 310\r\n", "{command}");
        }
    }
}
