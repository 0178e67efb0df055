//! The progress of an update over the air: how much has come of how much.

/// Why an update does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FotaError {
    /// Its bytes do not add up.
    Check,
    /// It was not started, or cannot be written.
    Write,
}

impl FotaError {
    /// What the script gets.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            FotaError::Check => -96,
            FotaError::Write => -94,
        }
    }
}

/// An update that has been started.
#[derive(Debug, Default)]
pub struct Progress {
    total: Option<u64>,
    received: u64,
}

impl Progress {
    /// `count` more bytes have come of an update of `total`.
    ///
    /// # Errors
    /// The total is another one than before, or there are more bytes than that.
    pub fn accept(&mut self, count: u64, total: u64) -> Result<(), FotaError> {
        let received = self.received.saturating_add(count);
        if *self.total.get_or_insert(total) != total || received > total {
            return Err(FotaError::Check);
        }
        self.received = received;
        Ok(())
    }

    /// The update has ended. Returns its size in bytes.
    ///
    /// # Errors
    /// Something is missing.
    pub fn finish(&self) -> Result<u64, FotaError> {
        self.total.filter(|total| *total == self.received && *total > 0).ok_or(FotaError::Check)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_has_to_come() {
        let mut progress = Progress::default();
        assert_eq!(progress.finish(), Err(FotaError::Check));
        assert_eq!(progress.accept(3, 5), Ok(()));
        assert_eq!(progress.finish(), Err(FotaError::Check));
        assert_eq!(progress.accept(2, 5), Ok(()));
        assert_eq!(progress.finish(), Ok(5));
    }

    #[test]
    fn no_more_may_come_and_the_total_stays() {
        let mut progress = Progress::default();
        progress.accept(3, 5).unwrap();
        assert_eq!(progress.accept(3, 5), Err(FotaError::Check));
        assert_eq!(progress.accept(1, 6), Err(FotaError::Check));
        assert_eq!(progress.accept(2, 5), Ok(()));
        assert_eq!(progress.finish(), Ok(5));
    }
}
