//! What happens, for the thread of `luatos --board`.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use serde_json::Value as Json;

use crate::device::{
    action::Action,
    change::Change,
    topic::{Topic, Topics},
};

/// What is always told, so that who comes later can read the log.
const ALWAYS: Topics = Topics::NONE.with(Topic::Log);

/// Something that has happened.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// When, since the device was switched on.
    pub time: Duration,
    /// What.
    pub told: Told,
}

/// See [`News`].
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The device does something.
    Change {
        /// Its number, from 1. One that is missing found no room.
        number: u64,
        /// What.
        what: Changed,
    },
    /// Something happens to the device from outside.
    Action {
        /// What it is about, and its text, as `--trace` shows them; nothing where only its effects show.
        shown: Option<(&'static str, String)>,
    },
}

/// What the device does.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed(What);

#[derive(Clone, Debug, PartialEq)]
enum What {
    Change(Change),
    Published { values: Vec<Json>, text: String },
}

impl Changed {
    /// What it is listened to by.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.0 {
            What::Change(change) => change.described().name,
            What::Published { .. } => Topic::Publish.name(),
        }
    }

    /// Whether it is a line of the log.
    #[must_use]
    pub fn is_log(&self) -> bool {
        matches!(&self.0, What::Change(Change::Log { .. }))
    }
}

/// As an object of `name`, `values` and `text`.
impl Serialize for News {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("News", 5)?;
        // Microseconds are enough, and short.
        let time = self.time.as_micros() as f64 / 1e6;
        match &self.told {
            Told::Change { number, what: Changed(what) } => {
                object.serialize_field("number", number)?;
                object.serialize_field("time", &time)?;
                match what {
                    What::Change(change) => {
                        let described = change.described();
                        object.serialize_field("name", described.name)?;
                        object.serialize_field("values", &described.values)?;
                        object.serialize_field("text", &change.to_string())?;
                    }
                    What::Published { values, text } => {
                        object.serialize_field("name", Topic::Publish.name())?;
                        object.serialize_field("values", values)?;
                        object.serialize_field("text", text)?;
                    }
                }
            }
            Told::Action { shown } => {
                object.serialize_field("time", &time)?;
                object.serialize_field("name", "action")?;
                object.serialize_field("values", shown)?;
            }
        }
        object.end()
    }
}

/// Takes news. It must not wait, and returns whether there was room.
type Teller = Box<dyn Fn(News) -> bool>;

/// What is told, and to whom. Without `--board` nothing is, to nobody.
#[derive(Default)]
pub(in crate::lua) struct Watched {
    topics: Cell<Topics>,
    /// Changes so far.
    count: Cell<u64>,
    teller: RefCell<Option<Teller>>,
}

impl Watched {
    /// Which changes are told.
    pub fn topics(&self) -> Topics {
        self.topics.get()
    }

    /// Who is told from now on.
    pub fn tell_to(&self, teller: Teller) {
        *self.teller.borrow_mut() = Some(teller);
        self.watch(false);
    }

    /// Somebody watches, or nobody does.
    pub fn watch(&self, is_on: bool) {
        self.topics.set(if is_on { Topics::ALL } else { ALWAYS });
    }

    /// Tells of a change, whose topic is among those that are told.
    pub fn change(&self, time: Duration, change: &Change) {
        self.tell_change(time, What::Change(change.clone()));
    }

    /// Tells of something that is published.
    pub fn publish(&self, time: Duration, values: Vec<Json>, text: String) {
        self.tell_change(time, What::Published { values, text });
    }

    /// Tells of an action, if somebody watches.
    pub fn action(&self, time: impl FnOnce() -> Duration, action: &Action) {
        if self.topics.get() == Topics::ALL {
            let shown = action.topic().map(|topic| (topic.name(), action.to_string()));
            self.tell(News { time: time(), told: Told::Action { shown } });
        }
    }

    fn tell_change(&self, time: Duration, what: What) {
        let number = self.count.get() + 1;
        self.count.set(number);
        self.tell(News { time, told: Told::Change { number, what: Changed(what) } });
    }

    fn tell(&self, news: News) {
        if let Some(teller) = &*self.teller.borrow() {
            // What finds no room is missing among the numbers.
            teller(news);
        }
    }
}
