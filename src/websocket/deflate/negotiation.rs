//! What we offer and what the server may answer (RFC 7692 section 7.1).

/// Name of the extension.
const NAME: &str = "permessage-deflate";

/// Largest and default window, as the base-2 logarithm of its size in bytes.
pub const MAX_WINDOW_BITS: u8 = 15;

/// Smallest window that can be asked for. The protocol knows 8, which no DEFLATE library offers for
/// raw streams.
pub const MIN_WINDOW_BITS: u8 = 9;

/// The option `compression` of `websocket.new`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Messages of fewer bytes are sent uncompressed. Default 64.
    pub threshold: usize,
    /// Compression level from 0 (none) to 9 (best). Default 6.
    pub level: u32,
    /// Both sides may refer to earlier messages. Default true.
    pub context_takeover: bool,
    /// Largest window of both sides, 9 to 15. Default 15.
    pub window_bits: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { threshold: 64, level: 6, context_takeover: true, window_bits: MAX_WINDOW_BITS }
    }
}

impl Settings {
    /// Value of the `Sec-WebSocket-Extensions` header of the request.
    pub fn offer(&self) -> String {
        let mut offer = NAME.to_owned();
        if !self.context_takeover {
            offer += "; client_no_context_takeover; server_no_context_takeover";
        }
        if self.window_bits < MAX_WINDOW_BITS {
            offer += &format!("; server_max_window_bits={0}; client_max_window_bits={0}", self.window_bits);
        } else {
            offer += "; client_max_window_bits";
        }
        offer
    }
}

/// What both sides have agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Largest window that we may use to compress, 8 to 15 bits.
    pub client_window_bits: u8,
    /// Largest window that the server uses, 8 to 15 bits.
    pub server_window_bits: u8,
    /// We may refer to earlier messages.
    pub client_keeps_context: bool,
    /// The server may refer to earlier messages.
    pub server_keeps_context: bool,
}

impl Agreement {
    /// Reads the elements of the `Sec-WebSocket-Extensions` headers in the server's answer to the
    /// offer of `settings`; `None` if it turned nothing on.
    ///
    /// # Errors
    /// Whatever was not offered, is repeated or is malformed (RFC 6455 section 9.1, RFC 7692
    /// sections 5.1 and 7.1): the text names it.
    pub fn from_answer(settings: &Settings, elements: &[&[u8]]) -> Result<Option<Self>, String> {
        let mut agreement = None;
        for element in elements {
            let element = String::from_utf8_lossy(element);
            if agreement.replace(Self::from_element(settings, &element)?).is_some() {
                return Err(format!("it turned on {NAME} twice"));
            }
        }
        Ok(agreement)
    }

    fn from_element(settings: &Settings, element: &str) -> Result<Self, String> {
        // No parameter may hold a semicolon, quoted or not.
        let mut parts = element.split(';').map(|part| part.trim_matches(OWS));
        if parts.next() != Some(NAME) {
            return Err(format!("it turned on an extension that was not offered: \"{element}\""));
        }
        let mut agreement = Agreement {
            client_window_bits: MAX_WINDOW_BITS,
            server_window_bits: MAX_WINDOW_BITS,
            client_keeps_context: settings.context_takeover,
            server_keeps_context: true,
        };
        let mut seen: Vec<&str> = Vec::new();
        for part in parts {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim_end_matches(OWS), Some(value.trim_start_matches(OWS))),
                None => (part, None),
            };
            if seen.contains(&name) {
                return Err(format!("{NAME}: the parameter {name} is repeated"));
            }
            seen.push(name);
            let flag = || match value {
                None => Ok(false),
                Some(_) => Err(format!("{NAME}: the parameter {name} takes no value: \"{part}\"")),
            };
            match name {
                "client_no_context_takeover" => agreement.client_keeps_context = flag()?,
                "server_no_context_takeover" => agreement.server_keeps_context = flag()?,
                "client_max_window_bits" => agreement.client_window_bits = window_bits(part, value)?,
                "server_max_window_bits" => agreement.server_window_bits = window_bits(part, value)?,
                _ => return Err(format!("{NAME}: unknown parameter \"{part}\"")),
            }
        }
        // What was demanded of the server, it must confirm (sections 7.1.1.1 and 7.1.2.1).
        if !settings.context_takeover && agreement.server_keeps_context {
            return Err(format!("{NAME}: it does not accept server_no_context_takeover"));
        }
        if agreement.server_window_bits > settings.window_bits {
            return Err(format!("{NAME}: it does not accept server_max_window_bits={}", settings.window_bits));
        }
        // Ours to choose below what the server allows.
        agreement.client_window_bits = agreement.client_window_bits.min(settings.window_bits);
        Ok(agreement)
    }
}

/// Optional white space (RFC 9110 section 5.6.3).
const OWS: [char; 2] = [' ', '\t'];

/// 8 to 15 in decimal without leading zeros (section 7.1.2), bare or quoted (section 5.2).
fn window_bits(part: &str, value: Option<&str>) -> Result<u8, String> {
    let wrong = || format!("{NAME}: a number from 8 to 15 expected in \"{part}\"");
    let value = value.ok_or_else(wrong)?;
    let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    match bare.parse() {
        Ok(bits @ 8..=15) if bare == format!("{bits}") => Ok(bits),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(settings: Settings, elements: &[&str]) -> Result<Option<Agreement>, String> {
        let elements: Vec<&[u8]> = elements.iter().map(|element| element.as_bytes()).collect();
        Agreement::from_answer(&settings, &elements)
    }

    const ALL: Agreement = Agreement {
        client_window_bits: 15,
        server_window_bits: 15,
        client_keeps_context: true,
        server_keeps_context: true,
    };

    #[test]
    fn offers_what_the_settings_say() {
        let default = Settings::default();
        assert_eq!(default.offer(), "permessage-deflate; client_max_window_bits");
        let small = Settings { context_takeover: false, window_bits: 10, ..default };
        assert_eq!(
            small.offer(),
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=10"
        );
    }

    #[test]
    fn answers_are_agreements() {
        let default = Settings::default();
        assert_eq!(answer(default, &[]), Ok(None));
        assert_eq!(answer(default, &["permessage-deflate"]), Ok(Some(ALL)));
        assert_eq!(
            answer(default, &["permessage-deflate ;"]).unwrap_err(),
            "permessage-deflate: unknown parameter \"\""
        );
        let all = "permessage-deflate; client_max_window_bits = 8;server_max_window_bits=\"10\" ;\tclient_no_context_takeover; server_no_context_takeover";
        let expected = Agreement {
            client_window_bits: 8,
            server_window_bits: 10,
            client_keeps_context: false,
            server_keeps_context: false,
        };
        assert_eq!(answer(default, &[all]), Ok(Some(expected)));
        let small = Settings { window_bits: 10, ..default };
        let expected = Agreement { client_window_bits: 10, server_window_bits: 9, ..ALL };
        assert_eq!(answer(small, &["permessage-deflate; server_max_window_bits=9"]), Ok(Some(expected)));
        let without = Settings { context_takeover: false, ..default };
        let expected = Agreement { client_keeps_context: false, server_keeps_context: false, ..ALL };
        assert_eq!(answer(without, &["permessage-deflate; server_no_context_takeover"]), Ok(Some(expected)));
    }

    #[test]
    fn answers_that_were_not_asked_for_are_refused() {
        let default = Settings::default();
        for (header, problem) in [
            ("x-other", "not offered: \"x-other\""),
            ("permessage-deflate; what=1", "unknown parameter \"what=1\""),
            ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", "repeated"),
            ("permessage-deflate; server_no_context_takeover=1", "takes no value"),
            ("permessage-deflate; client_max_window_bits", "8 to 15"),
            ("permessage-deflate; client_max_window_bits=7", "8 to 15"),
            ("permessage-deflate; client_max_window_bits=16", "8 to 15"),
            ("permessage-deflate; client_max_window_bits=08", "8 to 15"),
            ("permessage-deflate; client_max_window_bits=+9", "8 to 15"),
            ("permessage-deflate; server_max_window_bits=\"10", "8 to 15"),
            ("Permessage-Deflate", "not offered"),
        ] {
            let error = answer(default, &[header]).unwrap_err();
            assert!(error.contains(problem), "{header}: {error}");
        }
        assert!(answer(default, &["permessage-deflate", "permessage-deflate"]).unwrap_err().contains("twice"));
        let without = Settings { context_takeover: false, ..default };
        assert!(answer(without, &["permessage-deflate"]).unwrap_err().contains("server_no_context_takeover"));
        let small = Settings { window_bits: 10, ..default };
        for header in ["permessage-deflate", "permessage-deflate; server_max_window_bits=11"] {
            assert!(answer(small, &[header]).unwrap_err().contains("server_max_window_bits=10"));
        }
    }
}
