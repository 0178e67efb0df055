//! TLS: from certificate settings to an encrypted stream.

mod cache;
mod connector;
#[cfg(not(any(windows, target_vendor = "apple")))]
mod partial;
mod settings;

use std::io;

pub use self::{
    cache::Connectors,
    connector::{Connector, Stream},
    settings::{Certificates, Pem},
};

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
    #[error("{field}: {problem} in {place}")]
    Unusable {
        /// Field of the cert table.
        field: &'static str,
        /// Where the content is: a path in quotes, or the field itself.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// One of two fields that go together is missing.
    #[error("{0}")]
    Incomplete(&'static str),
    /// The system's TLS library refuses the settings.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// A TLS library's error in words that say what to do about it.
///
/// OpenSSL's texts are lines of `error:CODE:library:function:reason:file:line:data`. Only the reason is
/// used, and for a refused certificate the text in parentheses that follows the lines.
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
        "; does the server speak TLS on this port? Without TLS use ws:// or http://, or a socket without ssl"
    } else if text.contains("certificate required") || text.contains("handshake failure") {
        "; the server may want a clientCert and clientKey"
    } else if text.contains("unknown ca") || text.contains("bad certificate") {
        "; the server does not accept our clientCert"
    } else {
        ""
    };
    text + hint
}

/// Likewise the error of a handshake, which a server without TLS often just cuts off.
pub fn explain_handshake(text: &str) -> String {
    let text = explain(text.split(" (os error").next().unwrap_or(text));
    let is_cut_off = ["reset by peer", "unexpected EOF"].iter().any(|end| text.ends_with(end));
    if is_cut_off { text + "; does the server speak TLS on this port?" } else { text }
}

/// What OpenSSL says in parentheses at the end, with the space before it.
fn detail(text: &str) -> &str {
    text.rfind(" (").filter(|_| text.ends_with(')')).map_or("", |start| &text[start..])
}

fn unusable(field: &'static str, pem: &Pem, problem: &str) -> CertError {
    CertError::Unusable { field, place: pem.to_string(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openssl_errors_are_put_into_words() {
        let refused = "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889: (certificate has expired)";
        let text = explain(refused);
        assert!(text.starts_with("certificate verify failed (certificate has expired); the chain"), "{text}");
        let plain = "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:";
        assert!(explain(plain).contains("use ws:// or http://"), "{}", explain(plain));
        assert_eq!(explain("unexpected EOF"), "unexpected EOF");
    }

    #[test]
    fn a_handshake_that_is_cut_off_asks_for_tls() {
        let text = explain_handshake("Connection reset by peer (os error 104)");
        assert_eq!(text, "Connection reset by peer; does the server speak TLS on this port?");
        let plain = "error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:354:";
        assert_eq!(explain_handshake(plain), explain(plain));
    }
}
