//! The newest entries of a list that would grow without end, for an observer.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Most entries that are noted.
const MOST: usize = 100;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Newest<T>(VecDeque<T>);

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Newest(VecDeque::new())
    }
}

impl<T: Clone> Newest<T> {
    /// Notes an entry; the oldest gives way.
    pub fn push(&mut self, entry: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    /// What there is, the oldest first.
    pub fn to_vec(&self) -> Vec<T> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way() {
        let mut newest = Newest::default();
        (0..=MOST).for_each(|number| newest.push(number));
        assert_eq!(newest.to_vec(), (1..=MOST).collect::<Vec<_>>());
    }
}
