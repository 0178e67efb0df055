//! A source that only waits for a time.

use std::{cell::RefCell, rc::Rc, time::Instant};

use super::{Activity, Cause, Context, Flight, Reactor, Source, SourceId, Status};

/// Has news once its time has come, and is no longer registered then.
#[derive(Debug, Default)]
pub struct Deadline {
    at: Option<Instant>,
    has_passed: bool,
}

impl Source for Deadline {
    fn drive(&mut self, _: Cause, context: &mut Context<'_>) {
        if self.at.is_some_and(|at| at <= context.now) {
            self.at = None;
            self.has_passed = true;
        }
    }

    fn status(&mut self) -> Status {
        let activity = if self.at.is_some() { Activity::Waiting } else { Activity::Idle };
        Status { activity, deadline: self.at, has_news: std::mem::take(&mut self.has_passed) }
    }

    fn flight(&self) -> Flight {
        Flight::Nothing
    }
}

impl Reactor {
    /// Wakes the script at a time, by the news of the source `id`, instead of at any earlier set time.
    pub fn wake_at(&mut self, id: SourceId, deadline: &Rc<RefCell<Deadline>>, at: Instant) {
        deadline.borrow_mut().at = Some(at);
        self.register(id, deadline.clone());
        self.update(id, &mut *deadline.borrow_mut());
    }

    /// Does not wake the script after all, even if its time has come already.
    pub fn sleep_on(&mut self, id: SourceId, deadline: &Rc<RefCell<Deadline>>) {
        deadline.borrow_mut().at = None;
        self.forget(id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        reactor::{Message, Received},
        time::Time,
    };

    #[test]
    fn wakes_at_its_time_and_ends() {
        let mut reactor = Reactor::new(Time::default()).unwrap();
        let (id, deadline) = (reactor.new_id(), Rc::new(RefCell::new(Deadline::default())));
        let start = Instant::now();
        reactor.wake_at(id, &deadline, start + Duration::from_millis(1));
        reactor.wake_at(id, &deadline, start + Duration::from_millis(20));
        assert_eq!(reactor.receive(None).unwrap(), Received::Message(Message::Source(id)));
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert_eq!(reactor.receive(None).unwrap(), Received::Exhausted);
    }

    #[test]
    fn nobody_waits_for_news_in_the_background() {
        let mut reactor = Reactor::new(Time::default()).unwrap();
        let id = reactor.new_id();
        reactor.notify_in_background(id, Duration::from_millis(1));
        assert_eq!(reactor.receive(None).unwrap(), Received::Exhausted);
        reactor.timer_start(1, Duration::from_secs(60));
        assert_eq!(reactor.receive(None).unwrap(), Received::Message(Message::Source(id)));
        reactor.timer_stop(1);
        assert_eq!(reactor.receive(None).unwrap(), Received::Exhausted);
    }

    #[test]
    fn sleeps_on_although_its_time_has_come() {
        let mut reactor = Reactor::new(Time::default()).unwrap();
        let deadlines = [(); 2].map(|()| (reactor.new_id(), Rc::new(RefCell::new(Deadline::default()))));
        for (id, deadline) in &deadlines {
            reactor.wake_at(*id, deadline, Instant::now());
        }
        let [(first, _), (second, deadline)] = &deadlines;
        assert_eq!(reactor.receive(None).unwrap(), Received::Message(Message::Source(*first)));
        reactor.sleep_on(*second, deadline);
        assert_eq!(reactor.receive(None).unwrap(), Received::Exhausted);
    }
}
