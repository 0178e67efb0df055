//! Status line and fields of an answer.

use super::Malformed;

/// Status and fields of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Such as 200.
    pub status: u16,
    /// Names as the server writes them, and values, in their order.
    pub fields: Vec<(String, Vec<u8>)>,
}

/// How the end of a body is found (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

impl Head {
    /// Reads a head from the beginning of `received`. Returns it and its length; `None` while it is incomplete.
    ///
    /// Lines that are no fields are skipped, and a field may go on in the next line (RFC 9112 section 5.2): servers
    /// of small devices write such heads, and the device understands them.
    pub(super) fn read(received: &[u8]) -> Result<Option<(Self, usize)>, Malformed> {
        let lines = received.iter().filter(|byte| **byte == b'\n').count();
        let mut fields = vec![httparse::EMPTY_HEADER; lines];
        let mut response = httparse::Response::new(&mut fields);
        let parsed = httparse::ParserConfig::default()
            .allow_multiple_spaces_in_response_status_delimiters(true)
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .parse_response(&mut response, received);
        match parsed {
            Ok(httparse::Status::Partial) => Ok(None),
            Ok(httparse::Status::Complete(length)) => {
                let fields =
                    response.headers.iter().map(|field| (field.name.to_owned(), one_line(field.value))).collect();
                Ok(Some((Head { status: response.code.unwrap_or_default(), fields }, length)))
            }
            Err(error) => Err(Malformed(error.to_string())),
        }
    }

    /// The values of a field, whatever the case of its name.
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    /// `Content-Length`, of which there may be several that agree.
    pub(super) fn content_length(&self) -> Result<Option<u64>, Malformed> {
        let mut length = None;
        for text in self.values("Content-Length").flat_map(|value| value.split(|byte| *byte == b',')) {
            let number = str::from_utf8(text).ok().and_then(|text| text.trim().parse::<u64>().ok());
            let known = length.unwrap_or(number);
            if number.is_none() || known != number {
                let text = String::from_utf8_lossy(text).into_owned();
                return Err(Malformed(format!("Content-Length: one number expected, got {text:?}")));
            }
            length = Some(number);
        }
        Ok(length.flatten())
    }

    /// How the end of the body is found, in the answer to `HEAD` or to another method.
    pub(super) fn framing(&self, to_head: bool) -> Result<Framing, Malformed> {
        if to_head || matches!(self.status, 204 | 304) {
            return Ok(Framing::Length(0));
        }
        let last_coding = self
            .values("Transfer-Encoding")
            .last()
            .and_then(|value| value.rsplit(|byte| *byte == b',').next())
            .map(<[u8]>::trim_ascii)
            // The name for no coding, of RFC 2616.
            .filter(|coding| !coding.eq_ignore_ascii_case(b"identity"));
        match last_coding {
            Some(coding) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
            Some(_) => Ok(Framing::UntilClose),
            None => Ok(self.content_length()?.map_or(Framing::UntilClose, Framing::Length)),
        }
    }
}

/// A value that goes on in further lines, as one (RFC 9112 section 5.2).
fn one_line(value: &[u8]) -> Vec<u8> {
    value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect::<Vec<_>>().join(&b' ')
}
