//! Status line and fields of an answer.

use super::Malformed;

/// Most fields of a head.
const MAX_FIELDS: usize = 256;

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
    pub(super) fn read(received: &[u8]) -> Result<Option<(Self, usize)>, Malformed> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut response = httparse::Response::new(&mut fields);
        match response.parse(received) {
            Ok(httparse::Status::Partial) => Ok(None),
            Ok(httparse::Status::Complete(length)) => {
                let fields =
                    response.headers.iter().map(|field| (field.name.to_owned(), field.value.to_vec())).collect();
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
        let last_coding =
            self.values("Transfer-Encoding").last().and_then(|value| value.rsplit(|byte| *byte == b',').next());
        match last_coding {
            Some(coding) if coding.trim_ascii().eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
            Some(_) => Ok(Framing::UntilClose),
            None => Ok(self.content_length()?.map_or(Framing::UntilClose, Framing::Length)),
        }
    }
}
