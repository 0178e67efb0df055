//! Close codes (RFC 6455 section 7.4) and the limits of a close frame.

/// Normal closure; what goes on the wire where a script names no code.
pub const NORMAL: u16 = 1000;
/// Going away; what LuatOS reports to the `close` callback for `ws:close()` without a code.
pub const GOING_AWAY: u16 = 1001;
/// The peer broke the protocol.
pub const PROTOCOL_ERROR: u16 = 1002;
/// Never on the wire: the peer's close frame carried no code.
pub const NO_STATUS: u16 = 1005;
/// Never on the wire: the connection ended without a close frame.
pub const ABNORMAL: u16 = 1006;
/// A text message was not UTF-8.
pub const INVALID_PAYLOAD: u16 = 1007;
/// A message was larger than we accept.
pub const TOO_BIG: u16 = 1009;

/// Longest reason in bytes: a control frame holds 125, two of them are the code (section 5.5).
pub const MAX_REASON: usize = 123;

/// Whether an endpoint may send `code` in a close frame (section 7.4.2 and the IANA registry):
/// 1000–1003, 1007–1014, 3000–4999.
pub fn may_be_sent(code: i64) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// What is wrong with the payload of a close frame from the peer (section 5.5.1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// A code takes two bytes.
    #[error("a close frame with one byte of payload")]
    OneByte,
    /// Section 7.4 does not allow this code on the wire.
    #[error("a close frame with the illegal code {0}")]
    Code(u16),
    /// The reason must be UTF-8.
    #[error("a close frame with a reason that is not UTF-8")]
    Reason,
}

impl PayloadError {
    /// The close code to answer with.
    pub fn code(&self) -> u16 {
        match self {
            PayloadError::OneByte | PayloadError::Code(_) => PROTOCOL_ERROR,
            PayloadError::Reason => INVALID_PAYLOAD,
        }
    }
}

/// Checks the payload of a close frame from the peer: empty, or a code and a reason.
///
/// # Errors
/// See [`PayloadError`].
pub fn check_payload(payload: &[u8]) -> Result<(), PayloadError> {
    match payload {
        [] => Ok(()),
        [_] => Err(PayloadError::OneByte),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !may_be_sent(code.into()) {
                return Err(PayloadError::Code(code));
            }
            std::str::from_utf8(reason).map(|_| ()).map_err(|_| PayloadError::Reason)
        }
    }
}

/// Code and reason that a close frame carries, for the `close` event.
pub fn report(payload: &[u8]) -> (u16, String) {
    match payload {
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason).into_owned()),
        _ => (NO_STATUS, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_of_close_frames_are_checked() {
        assert_eq!(check_payload(b""), Ok(()));
        assert_eq!(check_payload(b"\x03\xe8bye"), Ok(()));
        assert_eq!(check_payload(b"\x03"), Err(PayloadError::OneByte));
        assert_eq!(check_payload(b"\x03\xed"), Err(PayloadError::Code(1005)));
        assert_eq!(check_payload(b"\x13\x88"), Err(PayloadError::Code(5000)));
        assert_eq!(check_payload(b"\x03\xe8\xff"), Err(PayloadError::Reason));
    }

    #[test]
    fn reserved_codes_may_not_be_sent() {
        for code in [1000, 1001, 1003, 1007, 1009, 1011, 1014, 3000, 4999] {
            assert!(may_be_sent(code), "{code}");
        }
        for code in [-1, 0, 999, 1004, 1005, 1006, 1015, 1100, 2999, 5000, 65536 + 1000] {
            assert!(!may_be_sent(code), "{code}");
        }
    }
}
