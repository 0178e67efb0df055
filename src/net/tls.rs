//! The cert table of `websocket.new` as a native-tls connector.

use std::{fs, io, path::Path};

use native_tls::{Certificate, Identity, TlsConnector};

use super::key;
use crate::options::Certificates;

/// A certificate or key that cannot be used. Names the field of the cert table and the file: a
/// connection never falls back to an unchecked one.
#[derive(Debug, thiserror::Error)]
pub enum CertError {
    /// The file is missing or unreadable.
    #[error("{field}: cannot read \"{path}\": {error}")]
    Unreadable {
        /// Field of the cert table.
        field: &'static str,
        /// The path as looked for.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The content is not what the field needs.
    #[error("{field}: {problem} in \"{path}\"")]
    Unusable {
        /// Field of the cert table.
        field: &'static str,
        /// The path as looked for.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// One of two fields that go together is missing.
    #[error("{0}")]
    Incomplete(&'static str),
    /// The system's TLS library refuses the settings.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] native_tls::Error),
}

/// Builds the connector.
///
/// Without `ca_cert` nothing about the server is checked, as on the device; with it, the chain must
/// lead to that certificate and to no other root.
///
/// # Errors
/// See [`CertError`].
pub fn connector(certificates: &Certificates) -> Result<TlsConnector, CertError> {
    let mut builder = TlsConnector::builder();
    match &certificates.ca_cert {
        Some(path) => {
            let pem = read("caCert", path)?;
            let roots = split_pem(&pem, "CERTIFICATE");
            if roots.is_empty() {
                return Err(unusable("caCert", path, "no PEM certificate"));
            }
            builder.disable_built_in_roots(true);
            for root in roots {
                let root = Certificate::from_pem(root.as_bytes())
                    .map_err(|error| unusable("caCert", path, &format!("no usable certificate ({error})")))?;
                builder.add_root_certificate(root);
            }
            builder.danger_accept_invalid_hostnames(!certificates.check_host_name);
        }
        None => {
            builder.danger_accept_invalid_certs(true);
            builder.danger_accept_invalid_hostnames(true);
        }
    }
    match (&certificates.client_cert, &certificates.client_key) {
        (Some(certificate), Some(key)) => {
            let certificate_pem = read("clientCert", certificate)?;
            let key_pem = key::to_pkcs8(&read("clientKey", key)?, certificates.client_password.as_deref())
                .map_err(|error| unusable("clientKey", key, &error.to_string()))?;
            if split_pem(&certificate_pem, "CERTIFICATE").is_empty() {
                return Err(unusable("clientCert", certificate, "no PEM certificate"));
            }
            if key::is_of_the_kind_of(&key_pem, &certificate_pem) == Some(false) {
                return Err(unusable("clientKey", key, "a key of another kind, which does not fit the clientCert,"));
            }
            let identity = Identity::from_pkcs8(&certificate_pem, key_pem.as_bytes())
                .map_err(|error| unusable("clientCert", certificate, &format!("no usable certificate ({error})")))?;
            builder.identity(identity);
        }
        (None, None) => {}
        (Some(_), None) => return Err(CertError::Incomplete("clientCert is set, but clientKey is not")),
        (None, Some(_)) => return Err(CertError::Incomplete("clientKey is set, but clientCert is not")),
    }
    builder.build().map_err(|error| match &certificates.client_key {
        // The one setting that is checked no earlier.
        Some(key) => unusable("clientKey", key, &format!("a key that does not fit the clientCert ({error})")),
        None => CertError::Setup(error),
    })
}

/// A TLS library's error in words that say what to do about it.
///
/// OpenSSL's texts are lines of `error:CODE:library:function:reason:file:line:data`, of which the
/// reason counts, and for a refused certificate what stands in parentheses behind them.
pub fn explain(text: &str) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for line in text.split("error:").skip(1) {
        if let Some(reason) = line.split(':').nth(3)
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    let text = if reasons.is_empty() { text.to_owned() } else { reasons.join(", ") + detail(text) };
    let hint = if text.contains("certificate verify failed") {
        "; the chain must lead to caCert and be valid now, and with insist = 0 be made out to the host"
    } else if text.contains("wrong version number") || text.contains("packet length too long") {
        "; does the server speak TLS on this port? Without TLS use ws://"
    } else if text.contains("certificate required") || text.contains("handshake failure") {
        "; the server may want a clientCert and clientKey"
    } else if text.contains("unknown ca") || text.contains("bad certificate") {
        "; the server does not accept our clientCert"
    } else {
        ""
    };
    text + hint
}

/// What OpenSSL says in parentheses at the end, with the space before it.
fn detail(text: &str) -> &str {
    text.rfind(" (").filter(|_| text.ends_with(')')).map_or("", |start| &text[start..])
}

fn read(field: &'static str, path: &Path) -> Result<Vec<u8>, CertError> {
    fs::read(path).map_err(|error| CertError::Unreadable { field, path: path.display().to_string(), error })
}

fn unusable(field: &'static str, path: &Path, problem: &str) -> CertError {
    CertError::Unusable { field, path: path.display().to_string(), problem: problem.to_owned() }
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

    #[test]
    fn problems_name_the_field_and_the_file() {
        let missing = Certificates { ca_cert: Some("no/such.pem".into()), ..Certificates::default() };
        let text = connector(&missing).unwrap_err().to_string();
        assert!(text.starts_with("caCert: cannot read \"no/such.pem\""), "{text}");
        let not_pem = Certificates { ca_cert: Some("Cargo.toml".into()), ..Certificates::default() };
        let text = connector(&not_pem).unwrap_err().to_string();
        assert_eq!(text, "caCert: no PEM certificate in \"Cargo.toml\"");
        let half = Certificates { client_cert: Some("c.pem".into()), ..Certificates::default() };
        assert!(connector(&half).unwrap_err().to_string().contains("clientKey is not"));
    }

    #[test]
    fn openssl_errors_are_put_into_words() {
        let refused = "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889: (certificate has expired)";
        let text = explain(refused);
        assert!(text.starts_with("certificate verify failed (certificate has expired); the chain"), "{text}");
        let plain = "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:";
        assert!(explain(plain).contains("use ws://"), "{}", explain(plain));
        assert_eq!(explain("unexpected EOF"), "unexpected EOF");
    }

    #[test]
    fn pem_bundles_are_split() {
        let block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(split_pem(format!("text\n{block}more\n{block}").as_bytes(), "CERTIFICATE"), [block, block]);
    }
}
