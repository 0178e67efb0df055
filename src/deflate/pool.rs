//! DEFLATE states that the connections of a reactor share.

use std::fmt;

use flate2::{Compress, Compression, Decompress};

use super::negotiation::MAX_WINDOW_BITS;

/// States of each kind that are kept while no message needs them: some 300 KiB each to compress, 40
/// KiB each to inflate.
const MAX_IDLE: usize = 8;

/// Idle DEFLATE states, each with the connection that used it last.
#[derive(Default)]
pub struct Pool {
    compressors: Vec<(Owner, Kind, Compress)>,
    inflaters: Vec<(Owner, Decompress)>,
    last_owner: u64,
}

/// Names one connection; never reused within a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(u64);

/// What compressors differ in: level 0 to 9 and window bits 9 to 15.
pub type Kind = (u32, u8);

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pool {{ compressors: {}, inflaters: {} }}", self.compressors.len(), self.inflaters.len())
    }
}

impl Pool {
    /// A name for a new connection.
    pub fn new_owner(&mut self) -> Owner {
        self.last_owner += 1;
        Owner(self.last_owner)
    }

    /// A compressor, and whether it continues what `owner` compressed last.
    pub fn take_compressor(&mut self, owner: Owner, kind: Kind) -> (Compress, bool) {
        let mut own = None;
        let mut other = None;
        for (index, (last, its_kind, _)) in self.compressors.iter().enumerate() {
            if *its_kind == kind {
                if *last == owner {
                    own = Some(index);
                    break;
                }
                // The one that was used least recently comes first.
                other = other.or(Some(index));
            }
        }
        let is_full = self.compressors.len() >= MAX_IDLE;
        match (own, other) {
            (Some(index), _) => (self.compressors.remove(index).2, true),
            (None, Some(index)) if is_full => {
                let mut compressor = self.compressors.remove(index).2;
                compressor.reset();
                (compressor, false)
            }
            _ => {
                let (level, window_bits) = kind;
                (Compress::new_with_window_bits(Compression::new(level), false, window_bits), false)
            }
        }
    }

    /// Takes a compressor back.
    pub fn put_compressor(&mut self, owner: Owner, kind: Kind, compressor: Compress) {
        if self.compressors.len() >= MAX_IDLE {
            self.compressors.remove(0);
        }
        self.compressors.push((owner, kind, compressor));
    }

    /// An inflater, and whether it continues what `owner` inflated last. It understands every window.
    pub fn take_inflater(&mut self, owner: Owner) -> (Decompress, bool) {
        if let Some(index) = self.inflaters.iter().position(|(last, _)| *last == owner) {
            return (self.inflaters.remove(index).1, true);
        }
        if self.inflaters.len() >= MAX_IDLE {
            let mut inflater = self.inflaters.remove(0).1;
            inflater.reset(false);
            return (inflater, false);
        }
        (Decompress::new_with_window_bits(false, MAX_WINDOW_BITS), false)
    }

    /// Takes an inflater back.
    pub fn put_inflater(&mut self, owner: Owner, inflater: Decompress) {
        if self.inflaters.len() >= MAX_IDLE {
            self.inflaters.remove(0);
        }
        self.inflaters.push((owner, inflater));
    }
}

#[cfg(test)]
impl Pool {
    /// How many idle states there are.
    pub fn inflaters_and_compressors(&self) -> usize {
        self.inflaters.len() + self.compressors.len()
    }
}
