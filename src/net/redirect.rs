//! `--connect-to`: where a TCP connection goes instead, as curl has it. The script's own host and
//! port stay in `Host`, in SNI and in the check of the certificate.

use std::str::FromStr;

/// One `HOST:PORT:HOST2:PORT2` rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    from_host: Option<String>,
    from_port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

impl Redirect {
    /// A rule that sends every connection to `host:port`.
    pub fn everything_to(host: &str, port: u16) -> Self {
        Redirect { from_host: None, from_port: None, to_host: Some(host.to_owned()), to_port: Some(port) }
    }
}

/// The address to connect to for `host:port`: the first rule that matches decides.
pub fn apply<'a>(rules: &'a [Redirect], host: &'a str, port: u16) -> (&'a str, u16) {
    let matches = |rule: &&Redirect| {
        rule.from_host.as_ref().is_none_or(|from| from.eq_ignore_ascii_case(host))
            && rule.from_port.is_none_or(|from| from == port)
    };
    match rules.iter().find(matches) {
        Some(rule) => (rule.to_host.as_deref().unwrap_or(host), rule.to_port.unwrap_or(port)),
        None => (host, port),
    }
}

impl FromStr for Redirect {
    type Err = String;

    /// `HOST:PORT:HOST2:PORT2`; an empty HOST or PORT matches any, an empty HOST2 or PORT2 keeps
    /// the script's. IPv6 addresses stand in brackets.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |problem: &str| {
            format!("bad redirection \"{text}\": {problem}; expected HOST:PORT:HOST2:PORT2, IPv6 addresses in brackets")
        };
        let mut fields = Vec::new();
        let mut rest = text;
        loop {
            let (field, more) = match rest.strip_prefix('[') {
                Some(inner) => {
                    let (address, more) = inner.split_once(']').ok_or_else(|| wrong("no closing bracket"))?;
                    (address, more)
                }
                None => rest.split_at(rest.find(':').unwrap_or(rest.len())),
            };
            fields.push(field);
            match more.strip_prefix(':') {
                Some(more) => rest = more,
                None if more.is_empty() => break,
                None => return Err(wrong("text after a closing bracket")),
            }
        }
        let [from_host, from_port, to_host, to_port] = fields[..] else {
            return Err(wrong(&format!("it has {} fields", fields.len())));
        };
        let host = |field: &str| (!field.is_empty()).then(|| field.to_owned());
        let port = |field: &str| match field {
            "" => Ok(None),
            _ => match field.parse() {
                Ok(0) | Err(_) => Err(wrong(&format!("\"{field}\" is not a port (1 to 65535)"))),
                Ok(port) => Ok(Some(port)),
            },
        };
        Ok(Redirect {
            from_host: host(from_host),
            from_port: port(from_port)?,
            to_host: host(to_host),
            to_port: port(to_port)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirected(rules: &[&str], host: &str, port: u16) -> (String, u16) {
        let rules: Vec<Redirect> = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        let (host, port) = apply(&rules, host, port);
        (host.to_owned(), port)
    }

    #[test]
    fn empty_fields_match_any_or_keep_the_original() {
        assert_eq!(redirected(&["h:80:other:8080"], "H", 80), ("other".into(), 8080));
        assert_eq!(redirected(&["h:80:other:8080"], "h", 81), ("h".into(), 81));
        assert_eq!(redirected(&["::127.0.0.1:9000"], "any", 1), ("127.0.0.1".into(), 9000));
        assert_eq!(redirected(&["h::other:"], "h", 5), ("other".into(), 5));
        assert_eq!(redirected(&[":80::8080"], "h", 80), ("h".into(), 8080));
        assert_eq!(redirected(&["[::1]:80:[fe80::2]:81"], "::1", 80), ("fe80::2".into(), 81));
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        let rules = ["a:1:b:2", "::c:3", "a:1:d:4"];
        assert_eq!(redirected(&rules, "a", 1), ("b".into(), 2));
        assert_eq!(redirected(&rules, "x", 1), ("c".into(), 3));
    }

    #[test]
    fn errors_quote_the_rule() {
        for bad in ["", "a:1:b", "a:1:b:2:3", "a:x:b:2", "a:0:b:2", "[::1:1:b:2", "[::1]x:1:b:2", "a:1:b:70000"] {
            let error = bad.parse::<Redirect>().unwrap_err();
            assert!(error.contains(&format!("\"{bad}\"")), "{error}");
        }
    }
}
