//! What there is to see of the modem from outside.

use serde::{Deserialize, Serialize};

use super::{
    Modem,
    calls::{Call, State},
    card::Sim,
    network::Registration,
    store::{Status, Stored},
};
use crate::device::{conditions::Conditions, pdu::Deliver};

/// The modem as an observer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModemState {
    /// The script has switched it on.
    pub is_on: bool,
    /// Its radio is off: flight mode.
    pub is_flying: bool,
    /// The network.
    pub network: NetworkState,
    /// The card.
    pub sim: SimState,
    /// Text messages.
    pub messages: MessagesState,
    /// Calls, in the order of their ids.
    pub calls: Vec<CallState>,
    /// To where all calls are forwarded.
    pub forwarding: Option<String>,
    /// Degrees Celsius.
    pub temperature: i16,
}

/// The network as an observer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkState {
    /// There is coverage.
    pub up: bool,
    /// The modem is registered.
    pub registered: bool,
    /// 0 to 31, or 99 for none (3GPP TS 27.007 section 8.5).
    pub signal: u8,
    /// Country and network code.
    pub operator: String,
    /// How good the way to the peers is, which is no matter of the modem: whoever observes the device fills it in.
    #[serde(flatten)]
    pub conditions: Conditions,
}

/// The card as an observer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimState {
    /// It is in.
    pub inserted: bool,
    /// It waits for its PIN or PUK.
    pub locked: bool,
    /// The slot that is in use, 0 or 1.
    pub slot: usize,
    /// Its telephone number.
    pub number: String,
    /// Its own number.
    pub iccid: String,
    /// The subscriber's identity.
    pub imsi: String,
}

/// Text messages as an observer sees them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessagesState {
    /// What the script has sent, the last hundred.
    pub sent: Vec<SentMessage>,
    /// What the script and others have sent, in that order, the last hundred.
    pub exchanged: Vec<ExchangedMessage>,
    /// What has arrived and is stored, part by part.
    pub stored: Vec<StoredMessage>,
    /// How many parts the network holds back.
    pub waiting: usize,
}

/// A text message that the script has sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentMessage {
    /// To whom.
    pub to: String,
    /// What it says.
    pub text: String,
}

/// A text message that has gone one way or the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangedMessage {
    /// The other side.
    pub number: String,
    /// What it says.
    pub text: String,
    /// The other side has sent it, else the script.
    pub incoming: bool,
}

/// A text message, or a part of one, that has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredMessage {
    /// Where it is stored, from 1.
    pub place: usize,
    /// Who has sent it.
    pub from: String,
    /// What it, or this part, says.
    pub text: String,
    /// The script has read it.
    pub is_read: bool,
}

/// A call as an observer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallState {
    /// As in `AT+CLCC`.
    pub id: usize,
    /// The other side; empty if it is withheld.
    pub number: String,
    /// Somebody calls the device, else it calls somebody.
    pub incoming: bool,
    /// `active`, `held`, `dialing`, `alerting`, `incoming` or `waiting`.
    pub state: &'static str,
}

/// A message that the script has stored, or that cannot be read, is shown without a sender.
impl From<(usize, &Stored)> for StoredMessage {
    fn from((place, stored): (usize, &Stored)) -> Self {
        let message = Deliver::decode(&stored.octets).ok();
        StoredMessage {
            place,
            from: message.as_ref().map_or_else(String::new, |message| message.from.to_string()),
            text: message.map_or_else(String::new, |message| message.data.content.text()),
            is_read: stored.status != Status::Unread,
        }
    }
}

impl From<&Call> for CallState {
    fn from(call: &Call) -> Self {
        let state = match call.state {
            State::Active => "active",
            State::Held => "held",
            State::Dialing => "dialing",
            State::Alerting => "alerting",
            State::Incoming => "incoming",
            State::Waiting => "waiting",
        };
        CallState { id: call.id, number: call.number.clone(), incoming: call.is_incoming, state }
    }
}

impl Modem {
    /// What an observer sees now.
    #[must_use]
    pub fn observe(&self) -> ModemState {
        ModemState {
            is_on: self.powered,
            is_flying: self.is_flying,
            network: NetworkState {
                up: self.has_coverage,
                registered: self.registration == Registration::Registered,
                signal: self.signal(),
                operator: self.profile.operator.clone(),
                conditions: Conditions::default(),
            },
            sim: self.observe_card(),
            messages: MessagesState {
                sent: self.messages.sent.texts.to_vec(),
                exchanged: self.messages.exchanged.to_vec(),
                stored: self.slot().store.stored().map(StoredMessage::from).collect(),
                waiting: self.messages.waiting(),
            },
            calls: self.calls.list.iter().map(CallState::from).collect(),
            forwarding: self.calls.forwarding.clone(),
            temperature: self.profile.temperature,
        }
    }

    fn observe_card(&self) -> SimState {
        let state = self.sim();
        let card = &self.slot().card;
        let of_card = |text: &String| if state == Sim::Absent { String::new() } else { text.clone() };
        SimState {
            inserted: state != Sim::Absent,
            locked: matches!(state, Sim::Locked | Sim::Blocked),
            slot: self.used_slot,
            number: of_card(&card.number),
            iccid: of_card(&card.iccid),
            imsi: of_card(&card.imsi),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Bench, ExchangedMessage};
    use crate::device::{
        action::{Action, SimChange},
        pdu::Address,
    };

    #[test]
    fn network_card_and_calls_are_seen() {
        let mut bench = Bench::new();
        assert!(!bench.modem.observe().network.registered);
        bench.after(2000);
        bench.act(&Action::Call { from: "10086".into() });
        let seen = bench.modem.observe();
        assert!(seen.is_on && seen.network.registered && seen.sim.inserted);
        assert_eq!((seen.network.signal, seen.network.operator.as_str()), (24, "46000"));
        let call = &seen.calls[0];
        assert_eq!((call.number.as_str(), call.state, call.incoming), ("10086", "incoming", true));
        bench.act(&Action::Sim { slot: 0, change: SimChange::Removed });
        let seen = bench.modem.observe();
        assert!(!seen.network.registered && !seen.sim.inserted && seen.sim.number.is_empty() && seen.calls.is_empty());
    }

    #[test]
    fn messages_are_seen_where_they_are() {
        let mut bench = Bench::registered();
        let from = Address::parse("10086").unwrap();
        bench.act(&Action::Sms { from, text: "你好".into(), time: None });
        assert_eq!(bench.modem.observe().messages.waiting, 1);
        let exchanged = bench.modem.observe().messages.exchanged;
        assert_eq!(exchanged, [ExchangedMessage { number: "10086".into(), text: "你好".into(), incoming: true }]);
        bench.ask("AT+CNMI=2,1,0,0,0");
        bench.after(5000);
        let messages = bench.modem.observe().messages;
        assert_eq!((messages.waiting, messages.stored.len()), (0, 1));
        let stored = &messages.stored[0];
        assert_eq!((stored.place, stored.from.as_str(), stored.text.as_str()), (1, "10086", "你好"));
        assert!(!stored.is_read);
        bench.ask("AT+CMGR=1");
        assert!(bench.modem.observe().messages.stored[0].is_read);
    }
}
