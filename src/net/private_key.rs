//! Private keys in the forms that people have, as the one form that every TLS library takes: plain
//! PKCS#8 in PEM.

use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use md5::{Digest, Md5};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef,
    der::{
        Decode, Encode,
        asn1::{AnyRef, OctetStringRef},
    },
};
use sec1::EcPrivateKey;

#[cfg(test)]
mod tests;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// No PEM block of a kind that holds a private key.
    #[error("no PEM private key")]
    NoKey,
    /// The content of the block is damaged or of an unknown kind.
    #[error("a private key that cannot be read ({0})")]
    Unreadable(String),
    /// The key is encrypted.
    #[error("an encrypted private key, but clientPassword is not set,")]
    NoPassword,
    /// The password does not open it.
    #[error("clientPassword does not open the private key")]
    WrongPassword,
    /// An encryption that is not known here.
    #[error("a private key encrypted with {0}, which is not supported,")]
    UnknownCipher(String),
}

/// RFC 8017 appendix A.1.
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// RFC 5480 section 2.1.1.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Converts a PEM file's first private key (PKCS#8, PKCS#1 or SEC1; plain, PKCS#8-encrypted, or
/// encrypted the older `Proc-Type: 4,ENCRYPTED` way) to plain PKCS#8 in PEM.
///
/// # Errors
/// See [`KeyError`].
pub fn to_pkcs8(file: &[u8], password: Option<&[u8]>) -> Result<String, KeyError> {
    let blocks = pem::parse_many(file).map_err(|_| KeyError::NoKey)?;
    let block = blocks.iter().find(|block| block.tag().ends_with("PRIVATE KEY")).ok_or(KeyError::NoKey)?;
    let der = match block.tag() {
        "PRIVATE KEY" => block.contents().to_vec(),
        "ENCRYPTED PRIVATE KEY" => decrypt_pkcs8(block.contents(), password)?,
        "RSA PRIVATE KEY" => wrap_rsa(&decrypt_legacy(block, password)?)?,
        "EC PRIVATE KEY" => wrap_ec(&decrypt_legacy(block, password)?)?,
        other => return Err(KeyError::Unreadable(format!("a block of kind \"{other}\""))),
    };
    PrivateKeyInfoRef::try_from(der.as_slice()).map_err(unreadable)?;
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    Ok(pem::encode_config(&pem::Pem::new("PRIVATE KEY", der), config))
}

/// Whether a plain PKCS#8 key in PEM is of the kind (RSA, EC …) that a certificate in PEM is about.
/// What OpenSSL leaves unchecked; with both of one kind it compares the keys themselves.
pub fn is_of_the_kind_of(key: &str, certificate: &[u8]) -> Option<bool> {
    let key = pem::parse(key).ok()?;
    let key = PrivateKeyInfoRef::try_from(key.contents()).ok()?;
    let blocks = pem::parse_many(certificate).ok()?;
    let certificate = blocks.iter().find(|block| block.tag() == "CERTIFICATE")?;
    let certificate = x509_cert::Certificate::from_der(certificate.contents()).ok()?;
    let about = certificate.tbs_certificate().subject_public_key_info();
    Some(about.algorithm.oid == key.algorithm.oid)
}

fn decrypt_pkcs8(der: &[u8], password: Option<&[u8]>) -> Result<Vec<u8>, KeyError> {
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der)
        // Its parser knows PBES2 (RFC 8018 section 6.2) and refuses other algorithms by name.
        .map_err(|error| KeyError::UnknownCipher(format!("something else than PBES2 ({error})")))?;
    let password = password.ok_or(KeyError::NoPassword)?;
    let plain = encrypted.decrypt(password).map_err(|_| KeyError::WrongPassword)?;
    Ok(plain.as_bytes().to_vec())
}

/// RFC 1421 headers with OpenSSL's key derivation: MD5 over password and salt.
fn decrypt_legacy(block: &pem::Pem, password: Option<&[u8]>) -> Result<Vec<u8>, KeyError> {
    let Some(info) = block.headers().get("DEK-Info") else { return Ok(block.contents().to_vec()) };
    let password = password.ok_or(KeyError::NoPassword)?;
    let (cipher, iv) = info.split_once(',').ok_or_else(|| KeyError::Unreadable(format!("DEK-Info \"{info}\"")))?;
    let iv = data_encoding::HEXUPPER_PERMISSIVE
        .decode(iv.trim().as_bytes())
        .map_err(|_| KeyError::Unreadable(format!("DEK-Info \"{info}\"")))?;
    let data = block.contents();
    let plain = match cipher.trim() {
        "AES-128-CBC" => cbc_decrypt::<cbc::Decryptor<aes::Aes128>>(16, &iv, password, data),
        "AES-192-CBC" => cbc_decrypt::<cbc::Decryptor<aes::Aes192>>(24, &iv, password, data),
        "AES-256-CBC" => cbc_decrypt::<cbc::Decryptor<aes::Aes256>>(32, &iv, password, data),
        "DES-EDE3-CBC" => cbc_decrypt::<cbc::Decryptor<des::TdesEde3>>(24, &iv, password, data),
        other => return Err(KeyError::UnknownCipher(other.to_owned())),
    }?;
    // One wrong password in some hundred leaves a padding that looks right.
    AnyRef::from_der(&plain).map_err(|_| KeyError::WrongPassword)?;
    Ok(plain)
}

fn cbc_decrypt<D: KeyIvInit + BlockModeDecrypt>(
    key_length: usize,
    iv: &[u8],
    password: &[u8],
    data: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let salt = iv.get(..8).ok_or_else(|| KeyError::Unreadable("DEK-Info with a short IV".into()))?;
    let mut key = Vec::new();
    while key.len() < key_length {
        let mut hash = Md5::new();
        hash.update(key.get(key.len().saturating_sub(16)..).unwrap_or_default());
        hash.update(password);
        hash.update(salt);
        key.extend_from_slice(&hash.finalize());
    }
    let decryptor = D::new_from_slices(&key[..key_length], iv)
        .map_err(|_| KeyError::Unreadable("DEK-Info with an IV of the wrong length".into()))?;
    decryptor.decrypt_padded_vec::<Pkcs7>(data).map_err(|_| KeyError::WrongPassword)
}

fn wrap_rsa(pkcs1: &[u8]) -> Result<Vec<u8>, KeyError> {
    let algorithm = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(AnyRef::NULL) };
    wrap(algorithm, pkcs1)
}

fn wrap_ec(sec1: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key = EcPrivateKey::from_der(sec1).map_err(unreadable)?;
    let curve = key
        .parameters
        .and_then(|parameters| parameters.named_curve())
        .ok_or_else(|| KeyError::Unreadable("an EC key without a named curve".into()))?;
    wrap(AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from(&curve)) }, sec1)
}

fn wrap(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8]) -> Result<Vec<u8>, KeyError> {
    AnyRef::from_der(key).map_err(unreadable)?;
    let key = OctetStringRef::new(key).map_err(unreadable)?;
    PrivateKeyInfoRef::new(algorithm, key).to_der().map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> KeyError {
    KeyError::Unreadable(error.to_string())
}
