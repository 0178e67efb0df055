//! Connectors that attempts share.
//!
//! native-tls reads the system's roots whenever it makes a connector, even where they are not to
//! count: 50 ms of CPU time with the 144 of Debian. So a connector is made only when a server has
//! accepted the connection, and is kept for later attempts with equal settings. The files are read
//! again at each attempt: a change of their content is a change of the settings.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{
    CertError, Connector,
    settings::{Certificates, Fingerprint, Settings, Texts},
    unusable,
};

/// Most connectors that are kept. A script rarely has more than one or two settings.
const MAX_KEPT: usize = 16;

/// The connectors of one reactor, which its dialling threads share. It keeps hashes of the settings
/// and what the TLS library keeps, but neither files nor passwords.
#[derive(Debug, Default)]
pub struct Connectors {
    /// The one used last is the last.
    kept: Mutex<Vec<(Fingerprint, Arc<Slot>)>>,
}

/// Whoever comes first makes the connector; the others wait for it.
type Slot = Mutex<Option<Arc<Connector>>>;

/// Settings that are known to be good, but for what only the TLS library can tell.
pub enum Prepared {
    /// With a connector.
    Made(Arc<Connector>),
    /// Without one.
    Settings(Fingerprint, Box<Settings>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The value is whole whatever panicked while holding the lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Connectors {
    /// Reads and checks the settings of an attempt.
    ///
    /// # Errors
    /// See [`CertError`].
    pub fn prepare(&self, certificates: &Certificates) -> Result<Prepared, CertError> {
        let texts = Texts::read(certificates)?;
        let fingerprint = texts.fingerprint(certificates);
        if let Some(connector) = self.find(&fingerprint).and_then(|slot| lock(&slot).clone()) {
            return Ok(Prepared::Made(connector));
        }
        let settings = Box::new(texts.decode(certificates)?);
        let has_identity = settings.identity.is_some();
        let prepared = Prepared::Settings(fingerprint, settings);
        // Whether key and certificate fit shows only in a connector.
        if has_identity { self.make(prepared, certificates).map(Prepared::Made) } else { Ok(prepared) }
    }

    /// The connector for settings that were [`prepare`](Self::prepare)d.
    ///
    /// # Errors
    /// See [`CertError`].
    pub fn make(&self, prepared: Prepared, certificates: &Certificates) -> Result<Arc<Connector>, CertError> {
        let (fingerprint, settings) = match prepared {
            Prepared::Made(connector) => return Ok(connector),
            Prepared::Settings(fingerprint, settings) => (fingerprint, settings),
        };
        let slot = self.find_or_add(fingerprint);
        let mut slot = lock(&slot);
        if let Some(connector) = &*slot {
            return Ok(connector.clone());
        }
        let connector = Connector::new(&settings).map_err(|error| match &certificates.client_key {
            Some(key) => unusable("clientKey", key, &format!("a key that does not fit the clientCert ({error})")),
            None => CertError::Setup(error),
        })?;
        let connector = Arc::new(connector);
        *slot = Some(connector.clone());
        Ok(connector)
    }

    fn find(&self, fingerprint: &Fingerprint) -> Option<Arc<Slot>> {
        Self::find_in(&mut lock(&self.kept), fingerprint)
    }

    fn find_or_add(&self, fingerprint: Fingerprint) -> Arc<Slot> {
        let mut kept = lock(&self.kept);
        if let Some(slot) = Self::find_in(&mut kept, &fingerprint) {
            return slot;
        }
        if kept.len() >= MAX_KEPT {
            kept.remove(0);
        }
        let slot = Arc::<Slot>::default();
        kept.push((fingerprint, slot.clone()));
        slot
    }

    fn find_in(kept: &mut [(Fingerprint, Arc<Slot>)], fingerprint: &Fingerprint) -> Option<Arc<Slot>> {
        let index = kept.iter().position(|(known, _)| known == fingerprint)?;
        kept[index..].rotate_left(1);
        kept.last().map(|(_, slot)| slot.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(connectors: &Connectors, certificates: &Certificates) -> Arc<Connector> {
        connectors.make(connectors.prepare(certificates).unwrap(), certificates).unwrap()
    }

    #[test]
    fn equal_settings_share_a_connector_and_others_do_not() {
        let (connectors, unchecked) = (Connectors::default(), Certificates::default());
        let first = made(&connectors, &unchecked);
        assert!(Arc::ptr_eq(&first, &made(&connectors, &unchecked)));
        let checked = Certificates { check_host_name: true, ..Certificates::default() };
        assert!(!Arc::ptr_eq(&first, &made(&connectors, &checked)));
    }

    #[test]
    fn what_was_used_longest_ago_is_forgotten() {
        let connectors = Connectors::default();
        let fingerprint = |number: usize| [u8::try_from(number).unwrap(); 32];
        let first = connectors.find_or_add(fingerprint(0));
        for number in 1..=MAX_KEPT {
            assert!(connectors.find(&fingerprint(0)).is_some());
            connectors.find_or_add(fingerprint(number));
        }
        assert!(Arc::ptr_eq(&first, &connectors.find_or_add(fingerprint(0))));
        assert!(connectors.find(&fingerprint(1)).is_none());
        assert_eq!(lock(&connectors.kept).len(), MAX_KEPT);
    }
}
