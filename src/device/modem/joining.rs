//! The parts of sent texts, until all of a text are there: the other phone shows them as one.

use std::collections::{BTreeMap, VecDeque};

use crate::device::pdu::{Part, UserData, join};

/// Most texts of which parts are missing; the oldest gives way.
const MAX_UNFINISHED: usize = 16;

#[derive(Debug)]
struct Unfinished {
    to: String,
    part: Part,
    /// By their indices.
    parts: BTreeMap<u8, UserData>,
}

impl Unfinished {
    fn is_of(&self, to: &str, part: &Part) -> bool {
        let same = |part: &Part| (part.reference, part.is_wide, part.total);
        self.to == to && same(&self.part) == same(part)
    }
}

/// Texts of which parts are missing.
#[derive(Debug, Default)]
pub(super) struct Joining(VecDeque<Unfinished>);

impl Joining {
    /// Takes a message. Returns the text if it is whole now.
    pub fn add(&mut self, to: &str, data: UserData) -> Option<String> {
        let Some(part) = data.part else { return Some(join([&data])) };
        let mut text = match self.0.iter().position(|text| text.is_of(to, &part)) {
            Some(index) => self.0.remove(index)?,
            None => Unfinished { to: to.into(), part, parts: BTreeMap::new() },
        };
        text.parts.insert(part.index, data);
        if text.parts.len() == usize::from(part.total) {
            return Some(join(text.parts.values()));
        }
        if self.0.len() == MAX_UNFINISHED {
            self.0.pop_front();
        }
        self.0.push_back(text);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::pdu::Content;

    fn parts(text: &str, reference: u8) -> Vec<UserData> {
        UserData::parts(&Content::of(text), reference)
    }

    #[test]
    fn parts_come_in_any_order() {
        let (one, other) = ("一二三".repeat(60), "abc".repeat(120));
        let mut joining = Joining::default();
        assert_eq!(joining.add("1", parts("short", 0).remove(0)), Some("short".into()));
        let (mut first, second) = (parts(&one, 7), parts(&other, 7));
        first.reverse();
        let mut texts = Vec::new();
        for (a, b) in first.into_iter().zip(second) {
            texts.extend([joining.add("1", a), joining.add("2", b)]);
        }
        assert_eq!(texts, [None, None, None, None, Some(one), Some(other)]);
    }

    #[test]
    fn a_reference_can_be_used_again_and_the_oldest_gives_way() {
        let mut joining = Joining::default();
        for reference in 0..=MAX_UNFINISHED as u8 {
            assert_eq!(joining.add("1", parts(&"x".repeat(200), reference).remove(0)), None);
        }
        let last = |reference| parts(&"x".repeat(200), reference).remove(1);
        assert_eq!(joining.add("1", last(0)), None);
        assert_eq!(joining.add("1", last(MAX_UNFINISHED as u8)), Some("x".repeat(200)));
        assert_eq!(joining.add("1", last(MAX_UNFINISHED as u8)), None);
    }
}
