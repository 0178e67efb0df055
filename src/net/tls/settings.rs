//! The PEM texts of a cert table, read and checked.

use std::{borrow::Cow, fmt, fs, path::PathBuf};

use native_tls::{Certificate, Identity};
use sha2::{Digest, Sha256};

use super::{CertError, unusable};
use crate::net::private_key;

/// Where the text of a certificate or key is.
#[derive(Clone)]
pub enum Pem {
    /// In a file, which is read at each attempt.
    File(PathBuf),
    /// Here.
    Text(Vec<u8>),
}

impl Pem {
    /// The text.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, field: &'static str) -> Result<Cow<'_, [u8]>, CertError> {
        match self {
            Pem::Text(text) => Ok(text.into()),
            Pem::File(path) => fs::read(path).map(Cow::Owned).map_err(|error| CertError::Unreadable {
                field,
                path: path.display().to_string(),
                error,
            }),
        }
    }
}

/// Where it is, for messages.
impl fmt::Display for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pem::File(path) => write!(f, "\"{}\"", path.display()),
            Pem::Text(text) => write!(f, "its {} bytes", text.len()),
        }
    }
}

/// The text stays out of logs.
impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A `cert` table: certificates, and how strictly the server is checked.
#[derive(Clone, Default)]
pub struct Certificates {
    /// The only root to trust. `None`: the server's certificate is not checked at all, as on the
    /// device.
    pub ca_cert: Option<Pem>,
    /// Our certificate, with its chain.
    pub client_cert: Option<Pem>,
    /// The key of `client_cert`.
    pub client_key: Option<Pem>,
    /// Password of an encrypted `client_key`, as bytes.
    pub client_password: Option<Vec<u8>>,
    /// `insist = 0`: refuse a certificate that is not made out to the host. LuatOS accepts the
    /// mismatch where the field is 1 or absent.
    pub check_host_name: bool,
}

/// The password stays out of logs.
impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("ca_cert", &self.ca_cert)
            .field("client_cert", &self.client_cert)
            .field("client_key", &self.client_key)
            .field("client_password", &self.client_password.as_ref().map(|_| "…"))
            .field("check_host_name", &self.check_host_name)
            .finish()
    }
}

/// Names one content of all settings.
pub type Fingerprint = [u8; 32];

/// The texts, as they are at this attempt.
pub struct Texts<'a> {
    ca_cert: Option<Cow<'a, [u8]>>,
    client_cert: Option<Cow<'a, [u8]>>,
    client_key: Option<Cow<'a, [u8]>>,
}

/// Settings that a TLS library takes.
pub struct Settings {
    /// Certificates that a server's chain has to lead to, in PEM; `None` for an unchecked server.
    pub roots: Option<Vec<String>>,
    /// Our certificate with its chain, and its key, in PEM (PKCS#8).
    pub identity: Option<(Vec<u8>, String)>,
    /// Whether the server's certificate has to be made out to the host.
    pub check_host_name: bool,
}

impl<'a> Texts<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// A file cannot be read, or one of two that go together is missing.
    pub fn read(certificates: &'a Certificates) -> Result<Self, CertError> {
        let read = |field, pem: &'a Option<Pem>| pem.as_ref().map(|pem| pem.read(field)).transpose();
        let texts = Texts {
            ca_cert: read("caCert", &certificates.ca_cert)?,
            client_cert: read("clientCert", &certificates.client_cert)?,
            client_key: read("clientKey", &certificates.client_key)?,
        };
        match (&texts.client_cert, &texts.client_key) {
            (Some(_), None) => Err(CertError::Incomplete("clientCert is set, but clientKey is not")),
            (None, Some(_)) => Err(CertError::Incomplete("clientKey is set, but clientCert is not")),
            _ => Ok(texts),
        }
    }

    /// Equal for equal settings, and for those only.
    pub fn fingerprint(&self, certificates: &Certificates) -> Fingerprint {
        let mut hash = Sha256::new();
        let password = certificates.client_password.as_deref();
        let texts = [&self.ca_cert, &self.client_cert, &self.client_key].map(Option::as_deref);
        for part in texts.into_iter().chain([password]) {
            // The length keeps neighbours apart, the first byte an empty part from a missing one.
            hash.update([u8::from(part.is_some())]);
            let part = part.unwrap_or_default();
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.update([u8::from(certificates.check_host_name)]);
        hash.finalize().into()
    }

    /// Checks and decodes them.
    ///
    /// # Errors
    /// See [`CertError`].
    pub fn decode(self, certificates: &Certificates) -> Result<Settings, CertError> {
        let roots = match (self.ca_cert, &certificates.ca_cert) {
            (Some(text), Some(pem)) => {
                let roots = split_pem(&text, "CERTIFICATE");
                if roots.is_empty() {
                    return Err(unusable("caCert", pem, "no PEM certificate"));
                }
                for root in &roots {
                    Certificate::from_pem(root.as_bytes())
                        .map_err(|error| unusable("caCert", pem, &format!("no usable certificate ({error})")))?;
                }
                Some(roots)
            }
            _ => None,
        };
        let identity = match (self.client_cert, self.client_key, &certificates.client_cert, &certificates.client_key) {
            (Some(certificate_pem), Some(key_text), Some(certificate), Some(key)) => {
                let key_pem = private_key::to_pkcs8(&key_text, certificates.client_password.as_deref())
                    .map_err(|error| unusable("clientKey", key, &error.to_string()))?;
                if split_pem(&certificate_pem, "CERTIFICATE").is_empty() {
                    return Err(unusable("clientCert", certificate, "no PEM certificate"));
                }
                if private_key::is_of_the_kind_of(&key_pem, &certificate_pem) == Some(false) {
                    return Err(unusable(
                        "clientKey",
                        key,
                        "a key of another kind, which does not fit the clientCert,",
                    ));
                }
                Identity::from_pkcs8(&certificate_pem, key_pem.as_bytes()).map_err(|error| {
                    unusable("clientCert", certificate, &format!("no usable certificate ({error})"))
                })?;
                Some((certificate_pem.into_owned(), key_pem))
            }
            _ => None,
        };
        Ok(Settings { roots, identity, check_host_name: certificates.check_host_name })
    }
}

/// The PEM blocks of one kind, each with its markers.
fn split_pem(pem: &[u8], kind: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(pem);
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    let blocks = text.split(&begin).skip(1);
    blocks.filter_map(|block| block.split_once(&end)).map(|(body, _)| format!("{begin}{body}{end}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(certificates: &Certificates) -> String {
        let settings = Texts::read(certificates).and_then(|texts| texts.decode(certificates));
        settings.err().expect("an error").to_string()
    }

    #[test]
    fn problems_name_the_field_and_the_file() {
        let missing = Certificates { ca_cert: Some(Pem::File("no/such.pem".into())), ..Certificates::default() };
        let text = problem(&missing);
        assert!(text.starts_with("caCert: cannot read \"no/such.pem\""), "{text}");
        let not_pem = Certificates { ca_cert: Some(Pem::File("Cargo.toml".into())), ..Certificates::default() };
        assert_eq!(problem(&not_pem), "caCert: no PEM certificate in \"Cargo.toml\"");
        let not_pem = Certificates { ca_cert: Some(Pem::Text(b"text".to_vec())), ..Certificates::default() };
        assert_eq!(problem(&not_pem), "caCert: no PEM certificate in its 4 bytes");
        let half = Certificates { client_cert: Some(Pem::File("Cargo.toml".into())), ..Certificates::default() };
        assert!(problem(&half).contains("clientKey is not"));
    }

    #[test]
    fn fingerprints_tell_all_settings_apart() {
        fn texts(
            ca: Option<&'static str>,
            certificate: Option<&'static str>,
            key: Option<&'static str>,
        ) -> Texts<'static> {
            let bytes = |text: Option<&'static str>| text.map(|text| Cow::Borrowed(text.as_bytes()));
            Texts { ca_cert: bytes(ca), client_cert: bytes(certificate), client_key: bytes(key) }
        }
        let settings = |password: Option<&str>, check_host_name| Certificates {
            client_password: password.map(Into::into),
            check_host_name,
            ..Certificates::default()
        };
        let all = [
            texts(None, None, None).fingerprint(&settings(None, false)),
            texts(None, None, None).fingerprint(&settings(None, true)),
            texts(Some(""), None, None).fingerprint(&settings(None, false)),
            texts(Some("ab"), None, None).fingerprint(&settings(None, false)),
            texts(None, Some("ab"), None).fingerprint(&settings(None, false)),
            texts(Some("a"), Some("b"), None).fingerprint(&settings(None, false)),
            texts(None, None, None).fingerprint(&settings(Some("ab"), false)),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one), "{index}");
        }
        assert_eq!(all[0], texts(None, None, None).fingerprint(&settings(None, false)));
    }

    #[test]
    fn pem_bundles_are_split() {
        let block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(split_pem(format!("text\n{block}more\n{block}").as_bytes(), "CERTIFICATE"), [block, block]);
    }
}
