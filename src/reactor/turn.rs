//! The loop itself: from one message to the next.

use std::{
    io,
    time::{Duration, Instant},
};

use mio::{Events, Token};

use super::{BATCH, Cause, Flight, Message, Queued, Reactor, Received, SourceId, TimerKey, WAKER, bell::Ring};

/// How often in a row a script may go on where a wait would not change anything; see [`Reactor::may_go_on`].
const MOST_GOING_ON: usize = 16;

impl Reactor {
    /// Whether a script whose wait would be over at once may go on without it: no message is queued that would come
    /// first. After some times in a row the answer is no, and the next wait looks at the sources and the timers.
    pub fn may_go_on(&mut self) -> bool {
        if !self.queue.is_empty() {
            return false;
        } else if self.gone_on == MOST_GOING_ON {
            self.batch_left = 0;
            return false;
        }
        self.gone_on += 1;
        true
    }

    /// Waits for the next message; `None` waits as long as one can come.
    ///
    /// This is the main loop of a script. After at most `BATCH` messages it looks at the sources,
    /// whatever else is due.
    ///
    /// # Errors
    /// The wait itself failed, which no script can mend.
    pub fn receive(&mut self, timeout: Option<Duration>) -> io::Result<Received> {
        let give_up = timeout.map(|timeout| self.time.now() + timeout);
        loop {
            if self.stopper.is_stopped() {
                return Ok(Received::Stopped);
            }
            if self.batch_left > 0
                && let Some(queued) = self.queue.pop_front()
            {
                match self.unqueue(queued) {
                    Some(message) => {
                        self.batch_left -= 1;
                        return Ok(Received::Message(message));
                    }
                    None => continue,
                }
            }
            if let Some(ended) = self.turn(give_up)? {
                return Ok(ended);
            }
        }
    }

    /// Waits until the source `id` has news (`true`) or [`receive`](Self::receive) has something to
    /// return first (`false`).
    ///
    /// # Errors
    /// The wait itself failed.
    pub fn wait_for(&mut self, id: SourceId) -> io::Result<bool> {
        while !self.stopper.is_stopped() {
            match self.queue.front() {
                Some(Queued::Message(Message::Source(ready))) if *ready == id => {
                    if let Some(queued) = self.queue.pop_front() {
                        self.unqueue(queued);
                    }
                    return Ok(true);
                }
                Some(_) => return Ok(false),
                None => {
                    if self.turn(None)?.is_some() {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(false)
    }

    /// One turn of the loop: writes, waits unless there is work, drives what has become ready, and
    /// only then looks at the clock: what has arrived counts before what is overdue. Returns how the
    /// wait ended if no message can be expected from it.
    fn turn(&mut self, give_up: Option<Instant>) -> io::Result<Option<Received>> {
        self.batch_left = BATCH;
        self.gone_on = 0;
        self.drive_scheduled();
        let until = [self.timers.next(), give_up].into_iter().flatten().min();
        if !self.unfinished.is_empty() {
            // A source may have ended since.
            let sources = &self.sources;
            self.unfinished.retain(|id| sources.contains_key(id));
        }
        let has_work = !self.queue.is_empty() || !self.unfinished.is_empty();
        if self.time.is_instant() {
            // Messages that beget messages, and questions whether one is there, would hold time for ever.
            let is_still = has_work || until.is_some_and(|until| until <= self.time.now());
            if is_still { self.time.asked() } else { self.time.forget_questions() }
        }
        let wait = match until {
            _ if has_work => Some(Duration::ZERO),
            _ if give_up.is_none() && self.nothing_can_come() => return Ok(Some(Received::Exhausted)),
            Some(until) => Some(self.patience(until)),
            None => None,
        };
        // A script without sources that only has timers due needs no system call.
        if wait != Some(Duration::ZERO) || !self.sources.is_empty() || self.bells.has_rung() {
            match self.wait(wait) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Some(Received::Interrupted)),
                Err(error) => return Err(error),
            }
            self.take_events(self.time.now());
        } else {
            // Those of the wait before say nothing of this one.
            self.events.clear();
        }
        if let Some(until) = until {
            self.pass_over(until, has_work);
            let now = self.time.now();
            self.expire_timers(now);
            if self.queue.is_empty() && give_up.is_some_and(|give_up| give_up <= now) {
                return Ok(Some(Received::TimedOut));
            }
        }
        Ok(None)
    }

    fn wait(&mut self, wait: Option<Duration>) -> io::Result<()> {
        if wait == Some(Duration::ZERO) {
            return self.poll.poll(&mut self.events, wait);
        }
        let (time, poll, events) = (&self.time, &mut self.poll, &mut self.events);
        time.while_waiting(|| poll.poll(events, wait))
    }

    /// How long to wait for what may happen until then.
    fn patience(&self, until: Instant) -> Duration {
        let whole = self.time.real_until(until);
        match self.time.is_instant().then(|| self.flight()) {
            None | Some(Flight::Certain) => whole,
            Some(Flight::Possible) => whole.min(self.time.settling()),
            Some(Flight::Nothing) => Duration::ZERO,
        }
    }

    /// Passes over the time until then, where waits are passed over and the one that has ended brought nothing.
    fn pass_over(&mut self, until: Instant, has_work: bool) {
        let is_over = self.events.is_empty() && self.queue.is_empty() && self.unfinished.is_empty() && !has_work;
        if is_over && self.time.is_instant() && self.flight() != Flight::Certain {
            self.time.pass_over(until);
        }
    }

    /// What may arrive without a timer or deadline.
    fn flight(&self) -> Flight {
        let (mut flight, mut inner, mut open) = (Flight::Nothing, Vec::new(), Vec::new());
        for entry in self.sources.values() {
            let source = entry.source.borrow();
            match (source.flight(), source.wire()) {
                (Flight::Possible, Some(wire)) => open.push(wire),
                (Flight::Nothing, Some(wire)) => inner.push(wire),
                (other, _) => flight = flight.max(other),
            }
        }
        if open.iter().all(|end| inner.iter().any(|other| end.is_still(other))) {
            flight
        } else {
            flight.max(Flight::Possible)
        }
    }

    /// Whether neither a source nor a timer that counts can bring a message.
    fn nothing_can_come(&self) -> bool {
        let unawaited = self.background.len() + self.later_news.len() + usize::from(self.has_end);
        self.sources.is_empty() && self.timers.len() == unawaited
    }

    /// The message of a queue entry, unless it was taken back.
    fn unqueue(&mut self, queued: Queued) -> Option<Message> {
        match queued {
            Queued::Timer(due) => match due.key {
                TimerKey::Script(id) if self.timers.take(due) => {
                    self.background.remove(&id);
                    Some(Message::Timer(id))
                }
                _ => None,
            },
            Queued::Message(message) => {
                if let Message::Source(id) = &message
                    && !self.notified.remove(id)
                {
                    self.stale = self.stale.saturating_sub(1);
                    return None;
                }
                Some(message)
            }
        }
    }

    /// Drives the sources that have had something to write since the last wait.
    fn drive_scheduled(&mut self) {
        if self.scheduled.is_empty() {
            return;
        }
        let now = self.time.now();
        let mut scheduled = std::mem::take(&mut self.scheduled);
        for id in scheduled.drain(..) {
            if let Some(entry) = self.sources.get_mut(&id) {
                entry.is_scheduled = false;
            }
            self.drive_registered(id, Cause::Scheduled, now);
        }
        // Driving schedules nothing; the memory serves the next run slice.
        self.scheduled = scheduled;
    }

    /// Expires what is due at `now`, a bounded number: the rest follows after the next look at the
    /// sources.
    fn expire_timers(&mut self, now: Instant) {
        for _ in 0..BATCH {
            let Some(due) = self.timers.pop_due(now) else { return };
            match due.key {
                TimerKey::Script(_) => self.queue.push_back(Queued::Timer(due)),
                TimerKey::End => self.stopper.stop(),
                TimerKey::Posting(posting) => {
                    self.timers.take(due);
                    self.queue.extend(self.postings.remove(&posting).map(Queued::Message));
                }
                TimerKey::Background(id) => {
                    self.timers.take(due);
                    self.later_news.remove(&id);
                    self.notify(id);
                }
                TimerKey::Source(id) => {
                    self.timers.take(due);
                    if let Some(entry) = self.sources.get_mut(&id) {
                        entry.armed = None;
                    }
                    self.drive_registered(id, Cause::Scheduled, now);
                }
            }
        }
    }

    fn take_events(&mut self, now: Instant) {
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut was_woken = false;
        for event in &events {
            match event.token() {
                WAKER => was_woken = true,
                Token(id) if event.is_read_closed() || event.is_error() => {
                    self.drive_registered(id, Cause::ReadyAtEnd, now);
                }
                Token(id) => self.drive_registered(id, Cause::Ready, now),
            }
        }
        self.events = events;
        if was_woken {
            while let Some(ring) = self.pool.finished().map(Ring::Drive).or_else(|| self.bells.rung()) {
                match ring {
                    Ring::Drive(id) => self.drive_registered(id, Cause::Scheduled, now),
                    Ring::Notify(id) => self.notify(id),
                }
            }
        }
        if !self.unfinished.is_empty() {
            for id in std::mem::take(&mut self.unfinished) {
                self.drive_registered(id, Cause::Scheduled, now);
            }
        }
    }
}
