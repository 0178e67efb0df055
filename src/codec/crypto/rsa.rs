//! RSA with PKCS#1 v1.5 (RFC 8017): encryption with either key, and signatures.

use rsa::{
    BoxedUint, Pkcs1v15Sign, PrivateKey, PublicKey, hazmat,
    pkcs1::DecodeRsaPublicKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey},
    traits::PublicKeyParts,
};
use sha1::Sha1;
use sha2::Sha256;

/// The prefix of a text that was encrypted with a public key, and of one with a private key (RFC 8017 section
/// 7.2.1, RFC 2313 section 8.1).
const FOR_PRIVATE: u8 = 2;
const FOR_PUBLIC: u8 = 1;

/// Shortest filling between that and the text.
const MIN_FILLING: usize = 8;

/// A key. What cannot be done with it has no result, as on the device.
pub enum Key {
    /// Encrypts, checks signatures, decrypts what a private key has encrypted.
    Public(PublicKey),
    /// Does all of it.
    Private(Box<PrivateKey>),
}

/// The digest that is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Key {
    /// A public key in PEM, `PUBLIC KEY` or `RSA PUBLIC KEY`.
    #[must_use]
    pub fn public(pem: &str) -> Option<Key> {
        let pem = pem.trim();
        PublicKey::from_public_key_pem(pem).or_else(|_| PublicKey::from_pkcs1_pem(pem)).ok().map(Key::Public)
    }

    /// A plain private key in PEM, `PRIVATE KEY`.
    #[must_use]
    pub fn private(pem: &str) -> Option<Key> {
        PrivateKey::from_pkcs8_pem(pem.trim()).ok().map(|key| Key::Private(Box::new(key)))
    }

    /// Bits of its modulus.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.public_part().size() * 8
    }

    fn public_part(&self) -> &PublicKey {
        match self {
            Key::Public(key) => key,
            Key::Private(key) => key.as_public_key(),
        }
    }

    fn private_part(&self) -> Option<&PrivateKey> {
        match self {
            Key::Public(_) => None,
            Key::Private(key) => Some(key),
        }
    }

    /// Encrypts with the public part; the text is at least 11 bytes shorter than the key.
    #[must_use]
    pub fn encrypt(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.public_part().pkcs1v15_encrypt(text).ok()
    }

    /// Encrypts with the private part, for holders of the public key to read.
    #[must_use]
    pub fn encrypt_privately(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.private_part()?.sign(Pkcs1v15Sign::new_unprefixed(), text).ok()
    }

    /// Decrypts with the private part what [`encrypt`](Self::encrypt) has made.
    #[must_use]
    pub fn decrypt(&self, data: &[u8]) -> Option<Vec<u8>> {
        let key = self.private_part()?;
        let plain = hazmat::rsa_decrypt(Some(&mut rand::rng()), key, &number(self.public_part(), data)?).ok()?;
        text(self.public_part(), &plain, FOR_PRIVATE)
    }

    /// Decrypts with the public part what [`encrypt_privately`](Self::encrypt_privately) has made.
    #[must_use]
    pub fn decrypt_publicly(&self, data: &[u8]) -> Option<Vec<u8>> {
        let key = self.public_part();
        text(key, &hazmat::rsa_encrypt(key, &number(key, data)?).ok()?, FOR_PUBLIC)
    }

    /// The signature of a text.
    #[must_use]
    pub fn sign(&self, signed: Signed, text: &[u8]) -> Option<Vec<u8>> {
        let key = self.private_part()?;
        match signed {
            Signed::Sha1 => key.pkcs1v15_sign::<Sha1>(text).ok(),
            Signed::Sha256 => key.pkcs1v15_sign::<Sha256>(text).ok(),
        }
    }

    /// Whether a signature of a text was made with this key.
    #[must_use]
    pub fn verify(&self, signed: Signed, text: &[u8], signature: &[u8]) -> bool {
        let key = self.public_part();
        match signed {
            Signed::Sha1 => key.pkcs1v15_verify::<Sha1>(text, signature).is_ok(),
            Signed::Sha256 => key.pkcs1v15_verify::<Sha256>(text, signature).is_ok(),
        }
    }
}

/// A ciphertext as a number, if it can be one of this key.
fn number(key: &PublicKey, data: &[u8]) -> Option<BoxedUint> {
    let number = BoxedUint::from_be_slice(data, key.n_bits_precision()).ok()?;
    (data.len() == key.size() && number < **key.n()).then_some(number)
}

/// The text in a decrypted number: after two fixed bytes, a filling, and a zero.
fn text(key: &PublicKey, number: &BoxedUint, kind: u8) -> Option<Vec<u8>> {
    let bytes = number.to_be_bytes();
    let bytes = bytes.get(bytes.len().checked_sub(key.size())?..)?;
    let filled = bytes.strip_prefix(&[0, kind])?;
    let end = filled.iter().position(|byte| *byte == 0).filter(|end| *end >= MIN_FILLING)?;
    if kind == FOR_PUBLIC && filled[..end].iter().any(|byte| *byte != 0xff) {
        return None;
    }
    Some(filled[end + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use rsa::pkcs8::{EncodePublicKey, LineEnding};

    use super::*;

    fn pair() -> (Key, Key) {
        let private = PrivateKey::new_unchecked(&mut rand::rng(), 1024).unwrap();
        let pem = private.as_public_key().to_public_key_pem(LineEnding::LF).unwrap();
        (Key::public(&pem).unwrap(), Key::Private(Box::new(private)))
    }

    #[test]
    fn what_one_key_encrypts_the_other_decrypts() {
        let (public, private) = pair();
        for text in [&b""[..], b"text", &[0; 100]] {
            assert_eq!(private.decrypt(&public.encrypt(text).unwrap()).as_deref(), Some(text));
            assert_eq!(public.decrypt_publicly(&private.encrypt_privately(text).unwrap()).as_deref(), Some(text));
        }
        assert_eq!(public.encrypt_privately(b"text"), None);
        assert_eq!(public.decrypt(&[0; 128]), None);
        assert_eq!(public.encrypt(&[0; 512]), None);
    }

    #[test]
    fn a_wrong_key_opens_nothing() {
        let (public, private) = pair();
        let (other_public, other_private) = pair();
        let encrypted = public.encrypt(b"text").unwrap();
        assert_ne!(other_private.decrypt(&encrypted).as_deref(), Some(&b"text"[..]));
        assert_eq!(private.decrypt(&encrypted[1..]), None);
        let signature = private.sign(Signed::Sha256, b"text").unwrap();
        assert!(public.verify(Signed::Sha256, b"text", &signature));
        assert!(!public.verify(Signed::Sha256, b"Text", &signature));
        assert!(!public.verify(Signed::Sha1, b"text", &signature));
        assert!(!other_public.verify(Signed::Sha256, b"text", &signature));
    }
}
