//! The ten ids of the device's sockets.

/// Most sockets at a time, as on the device.
pub const MAX_SOCKETS: usize = 10;

/// What a place holds.
#[derive(Debug)]
enum Place<T> {
    Free {
        /// When it was freed, by the count of frees.
        since: u64,
        /// The script may still close what it had here.
        may_be_closed: bool,
    },
    Taken(T),
}

/// Things by their ids 0 to 9.
#[derive(Debug)]
pub struct Ids<T> {
    places: [Place<T>; MAX_SOCKETS],
    frees: u64,
}

impl<T> Default for Ids<T> {
    fn default() -> Self {
        let places = std::array::from_fn(|_| Place::Free { since: 0, may_be_closed: false });
        Ids { places, frees: 0 }
    }
}

impl<T> Ids<T> {
    /// The id for the next thing: the lowest that is free; `None` if none is. LuatOS-Air's older library
    /// destroys a socket whose connect has failed, and closes its id afterwards: until then the id is
    /// given to another socket only if all are like that, the one freed first. Likewise one of which the script
    /// has still to get a message (`is_awaited`), which it would take for the other socket's.
    pub fn next(&self, is_awaited: impl Fn(usize) -> bool) -> Option<usize> {
        let rank = |(id, place): (usize, &Place<T>)| match place {
            Place::Taken(_) => None,
            Place::Free { since, .. } if is_awaited(id) => Some((2, *since, id)),
            Place::Free { since, may_be_closed: true } => Some((1, *since, id)),
            Place::Free { .. } => Some((0, 0, id)),
        };
        self.places.iter().enumerate().filter_map(rank).min().map(|(_, _, id)| id)
    }

    /// Puts a thing under an id of [`next`](Self::next).
    pub fn put(&mut self, id: usize, thing: T) {
        self.places[id] = Place::Taken(thing);
    }

    /// The thing with this id.
    pub fn get(&self, id: i64) -> Option<&T> {
        match self.places.get(usize::try_from(id).ok()?)? {
            Place::Taken(thing) => Some(thing),
            Place::Free { .. } => None,
        }
    }

    /// Frees an id; `may_be_closed` tells that the script may still close what it had there.
    pub fn free(&mut self, id: i64, may_be_closed: bool) {
        if let Some(place) = usize::try_from(id).ok().and_then(|id| self.places.get_mut(id)) {
            self.frees += 1;
            *place = Place::Free { since: self.frees, may_be_closed };
        }
    }

    /// The script has closed an id: if it is free, it may be given to another socket without harm once that is
    /// confirmed.
    pub fn closed(&mut self, id: i64) {
        if let Some(Place::Free { may_be_closed, .. }) = usize::try_from(id).ok().and_then(|id| self.places.get_mut(id))
        {
            *may_be_closed = false;
        }
    }

    /// All things, by rising ids.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.places.iter().filter_map(|place| match place {
            Place::Taken(thing) => Some(thing),
            Place::Free { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(ids: &mut Ids<char>) -> Option<usize> {
        let id = ids.next(|_| false)?;
        ids.put(id, 'x');
        Some(id)
    }

    #[test]
    fn the_lowest_free_id_is_next() {
        let mut ids = Ids::default();
        for id in 0..MAX_SOCKETS {
            assert_eq!(take(&mut ids), Some(id));
        }
        assert_eq!(take(&mut ids), None);
        ids.free(7, false);
        ids.free(3, false);
        assert_eq!([take(&mut ids), take(&mut ids), take(&mut ids)], [Some(3), Some(7), None]);
    }

    #[test]
    fn an_id_that_may_be_closed_waits_until_it_was_or_nothing_else_is_left() {
        let mut ids = Ids::default();
        take(&mut ids);
        ids.free(0, true);
        assert_eq!(ids.next(|_| false), Some(1));
        ids.closed(0);
        assert_eq!(ids.next(|_| false), Some(0));
        for _ in 0..MAX_SOCKETS {
            take(&mut ids);
        }
        ids.free(5, true);
        ids.free(2, true);
        assert_eq!(ids.next(|_| false), Some(5));
        ids.free(9, false);
        assert_eq!(ids.next(|_| false), Some(9));
    }

    #[test]
    fn an_id_with_a_message_on_its_way_is_next_only_if_nothing_else_is_left() {
        let mut ids = Ids::default();
        assert_eq!(ids.next(|id| id < 3), Some(3));
        assert_eq!(ids.next(|_| true), Some(0));
        for id in 0..MAX_SOCKETS {
            assert_eq!(take(&mut ids), Some(id));
        }
        ids.free(3, false);
        ids.free(7, true);
        assert_eq!(ids.next(|id| id == 3), Some(7));
        assert_eq!(ids.next(|_| true), Some(3));
    }

    #[test]
    fn ids_out_of_range_are_of_nothing() {
        let mut ids: Ids<char> = Ids::default();
        for id in [-1, 10, i64::MAX, i64::MIN] {
            assert_eq!(ids.get(id), None);
            ids.free(id, true);
            ids.closed(id);
        }
        assert_eq!(ids.next(|_| false), Some(0));
    }
}
