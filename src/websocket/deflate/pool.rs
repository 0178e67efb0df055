//! DEFLATE states that the connections of a reactor share.

use std::fmt;

use flate2::{Compress, Compression, Decompress};

use super::negotiation::MAX_WINDOW_BITS;

/// States of each kind that are kept while no message needs them: some 300 KiB each to compress, 40
/// KiB each to inflate.
const MAX_IDLE: usize = 8;

/// Idle DEFLATE states, each with the connection whose context it holds, if any.
#[derive(Default)]
pub struct Pool {
    compressors: Idle<Compress, Kind>,
    inflaters: Idle<Decompress, ()>,
    last_owner: u64,
}

/// Names one connection; never reused within a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(u64);

/// What compressors differ in: level 0 to 9 and window bits 9 to 15.
pub type Kind = (u32, u8);

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pool {{ compressors: {}, inflaters: {} }}", self.compressors.0.len(), self.inflaters.0.len())
    }
}

/// Idle states of one sort, the one that was used least recently first.
struct Idle<S, K>(Vec<(Option<Owner>, K, S)>);

impl<S, K> Default for Idle<S, K> {
    fn default() -> Self {
        Idle(Vec::new())
    }
}

impl<S, K: PartialEq> Idle<S, K> {
    /// Takes the state that holds the context of `owner`, else one that holds nobody's, else, if
    /// there are many, the one that was used least recently. The flag tells whether it is the first.
    fn take(&mut self, owner: Owner, kind: &K) -> Option<(S, bool)> {
        let find = |wanted: Option<Owner>| self.0.iter().position(|(last, its, _)| *last == wanted && its == kind);
        if let Some(index) = find(Some(owner)) {
            return Some((self.0.remove(index).2, true));
        }
        let least_recent = || self.0.iter().position(|(_, its, _)| its == kind).filter(|_| self.0.len() >= MAX_IDLE);
        let index = find(None).or_else(least_recent)?;
        Some((self.0.remove(index).2, false))
    }

    fn put(&mut self, owner: Option<Owner>, kind: K, state: S) {
        if self.0.len() >= MAX_IDLE {
            self.0.remove(0);
        }
        self.0.push((owner, kind, state));
    }
}

impl Pool {
    /// A name for a new connection.
    pub fn new_owner(&mut self) -> Owner {
        self.last_owner += 1;
        Owner(self.last_owner)
    }

    /// A compressor that holds the context of `owner`, or begins anew.
    pub fn take_compressor(&mut self, owner: Owner, kind: Kind) -> Compress {
        match self.compressors.take(owner, &kind) {
            Some((mut compressor, continues)) => {
                if !continues {
                    compressor.reset();
                }
                compressor
            }
            None => Compress::new_with_window_bits(Compression::new(kind.0), false, kind.1),
        }
    }

    /// Takes a compressor back; with an owner it holds that one's context.
    pub fn put_compressor(&mut self, owner: Option<Owner>, kind: Kind, compressor: Compress) {
        self.compressors.put(owner, kind, compressor);
    }

    /// An inflater, which understands every window, and whether it holds the context of `owner`;
    /// else it begins anew.
    pub fn take_inflater(&mut self, owner: Owner) -> (Decompress, bool) {
        match self.inflaters.take(owner, &()) {
            Some((mut inflater, continues)) => {
                if !continues {
                    inflater.reset(false);
                }
                (inflater, continues)
            }
            None => (Decompress::new_with_window_bits(false, MAX_WINDOW_BITS), false),
        }
    }

    /// Takes an inflater back; with an owner it holds that one's context.
    pub fn put_inflater(&mut self, owner: Option<Owner>, inflater: Decompress) {
        self.inflaters.put(owner, (), inflater);
    }
}

#[cfg(test)]
impl Pool {
    /// How many idle states there are.
    pub fn inflaters_and_compressors(&self) -> usize {
        self.inflaters.0.len() + self.compressors.0.len()
    }
}
