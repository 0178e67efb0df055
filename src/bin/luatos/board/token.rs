//! The token: who has it may do to the device whatever the table `device` can.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Fewest characters of one that is given.
const SHORTEST: usize = 8;

/// See the module.
pub struct Token {
    text: String,
    digest: [u8; 32],
}

impl Token {
    /// The environment variable that sets it.
    pub const VARIABLE: &str = "LUATOS_BOARD_TOKEN";

    /// That of the environment, or 128 random bits.
    ///
    /// # Errors
    /// That of the environment cannot be part of an address, or is too short.
    pub fn make() -> Result<Self, String> {
        match std::env::var_os(Self::VARIABLE).filter(|text| !text.is_empty()) {
            None => Ok(Token::new(HEXLOWER.encode(&rand::random::<[u8; 16]>()))),
            Some(text) => match text.into_string() {
                Ok(text) if is_usable(&text) => Ok(Token::new(text)),
                // What was given is a secret.
                _ => Err(format!(
                    "{}: {SHORTEST} or more of the characters A-Z, a-z, 0-9, -, ., _, ~ expected",
                    Self::VARIABLE
                )),
            },
        }
    }

    fn new(text: String) -> Self {
        Token { digest: digest(&text), text }
    }

    /// For whoever is to have it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text is the token. How long that takes tells nothing of it: the digests are compared, which nobody can
    /// approach step by step.
    pub fn is(&self, text: &str) -> bool {
        digest(text) == self.digest
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether it can stand in an address as it is.
fn is_usable(text: &str) -> bool {
    text.len() >= SHORTEST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_the_token() {
        let token = Token::new("secret-1".into());
        assert!(token.is("secret-1"));
        assert!(!token.is("secret-2") && !token.is("secret-") && !token.is(""));
    }

    #[test]
    fn a_token_stands_in_an_address() {
        assert!(is_usable("0123456789abcdef"));
        assert!(
            !is_usable("short")
                && !is_usable("with a space")
                && !is_usable("12345678&x=1")
                && !is_usable("令牌令牌令牌")
        );
    }
}
