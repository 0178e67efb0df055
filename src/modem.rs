//! The AT port: the virtual modem with the bytes that the script has not read. It is a
//! [`Source`], because the modem also speaks when a time has come.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Instant};

use crate::{
    device::{
        change::Change,
        clock::Clock,
        modem::{Card, Kept, Modem, ModemState, Profile},
    },
    reactor::{Activity, Cause, Context, Flight, Reactor, Source, SourceId, Status},
};

/// The modem at its end of the AT port.
pub(crate) struct ModemPort {
    modem: Modem,
    received: VecDeque<u8>,
    news: News,
}

/// What the modem has said since the script was last informed.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Bytes have come, and there were none before.
    pub received: bool,
    /// What was said.
    pub text: String,
    /// What the modem has done to the world.
    pub changes: Vec<Change>,
}

impl ModemPort {
    /// What an observer sees of the modem.
    pub fn observe(&self) -> ModemState {
        self.modem.observe()
    }

    /// What survives a restart.
    pub fn keep(&self) -> Kept {
        self.modem.keep()
    }

    /// Goes on with that, before the modem is switched on.
    pub fn go_on(&mut self, kept: Kept) {
        self.modem.go_on(kept);
    }

    /// The bytes that the script has not read.
    pub fn received(&mut self) -> &mut VecDeque<u8> {
        &mut self.received
    }

    /// Takes the news.
    pub fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// Puts what the modem has said where the script reads it.
    fn collect(&mut self) {
        let said = self.modem.take_output();
        self.news.received |= self.received.is_empty() && !said.is_empty();
        self.received.extend(said.as_bytes());
        self.news.text += &said;
        self.news.changes.append(&mut self.modem.take_changes());
    }
}

impl Source for ModemPort {
    fn drive(&mut self, _: Cause, context: &mut Context<'_>) {
        self.modem.advance(context.now);
        self.collect();
    }

    fn status(&mut self) -> Status {
        let deadline = self.modem.deadline();
        let activity = if deadline.is_some() { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline, has_news: !self.news.text.is_empty() || !self.news.changes.is_empty() }
    }

    fn flight(&self) -> Flight {
        Flight::Nothing
    }
}

/// The port with its id in the reactor.
#[derive(Clone)]
pub(crate) struct AttachedModem {
    /// Its id in the reactor.
    pub id: SourceId,
    /// The port.
    pub port: Rc<RefCell<ModemPort>>,
}

impl AttachedModem {
    /// A modem that is switched off.
    pub fn new(id: SourceId, profile: Profile, clock: Clock) -> Self {
        let port = ModemPort { modem: Modem::new(profile, clock), received: VecDeque::new(), news: News::default() };
        AttachedModem { id, port: Rc::new(RefCell::new(port)) }
    }

    /// The card in a slot, or the last that was in it.
    pub fn card(&self, slot: usize) -> Card {
        self.port.borrow().modem.card(slot).clone()
    }

    /// Whether there is a network for sockets.
    pub fn has_network(&self) -> bool {
        self.network_problem().is_none()
    }

    /// Why there is none.
    pub fn network_problem(&self) -> Option<&'static str> {
        self.port.borrow().modem.network_problem()
    }

    /// Does something to the modem. The reactor waits for what follows from it, and the script is informed of
    /// what the modem says.
    pub fn with<T>(&self, reactor: &mut Reactor, act: impl FnOnce(&mut Modem, Instant) -> T) -> T {
        let mut port = self.port.borrow_mut();
        let result = act(&mut port.modem, reactor.now());
        port.collect();
        if port.modem.deadline().is_some() {
            reactor.register(self.id, self.port.clone());
        }
        reactor.update(self.id, &mut *port);
        result
    }
}
