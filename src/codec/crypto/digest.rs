//! Message digests and keyed ones, as the upper-case hexadecimal text that scripts get.

use data_encoding::HEXUPPER;
use hmac::{KeyInit, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::Sha256;
use sm3::Sm3;

/// A digest's algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
}

impl Algorithm {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(self, data: &[u8]) -> String {
        match self {
            Algorithm::Md5 => HEXUPPER.encode(&Md5::digest(data)),
            Algorithm::Sha1 => HEXUPPER.encode(&Sha1::digest(data)),
            Algorithm::Sha256 => HEXUPPER.encode(&Sha256::digest(data)),
        }
    }

    /// The digest of some bytes under a key (HMAC, RFC 2104).
    #[must_use]
    pub fn keyed(self, data: &[u8], key: &[u8]) -> String {
        match self {
            Algorithm::Md5 => keyed::<hmac::Hmac<Md5>>(data, key),
            Algorithm::Sha1 => keyed::<hmac::Hmac<Sha1>>(data, key),
            Algorithm::Sha256 => keyed::<hmac::Hmac<Sha256>>(data, key),
        }
    }
}

fn keyed<M: Mac + KeyInit>(data: &[u8], key: &[u8]) -> String {
    // A key of HMAC may have any length, so that there is always one.
    <M as KeyInit>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(data);
            HEXUPPER.encode(&mac.finalize().into_bytes())
        },
    )
}

/// A digest that takes its bytes piece by piece.
#[derive(Clone, Debug)]
pub enum Flow {
    /// MD5.
    Md5(Md5),
    /// SM3 (GB/T 32905-2016).
    Sm3(Sm3),
}

impl Flow {
    /// A new MD5.
    #[must_use]
    pub fn md5() -> Self {
        Flow::Md5(Md5::new())
    }

    /// A new SM3.
    #[must_use]
    pub fn sm3() -> Self {
        Flow::Sm3(Sm3::new())
    }

    /// Takes the next bytes.
    pub fn update(&mut self, data: &[u8]) {
        match self {
            Flow::Md5(md5) => md5.update(data),
            Flow::Sm3(sm3) => sm3.update(data),
        }
    }

    /// The digest of all bytes so far; then it begins anew.
    pub fn finish(&mut self) -> String {
        match self {
            Flow::Md5(md5) => HEXUPPER.encode(&md5.finalize_reset()),
            Flow::Sm3(sm3) => HEXUPPER.encode(&sm3.finalize_reset()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1321 appendix A.5, FIPS 180-4's examples, RFC 2202 and RFC 4231 (test case 2).
    #[test]
    fn values_of_the_standards() {
        assert_eq!(Algorithm::Md5.of(b"abc"), "900150983CD24FB0D6963F7D28E17F72");
        assert_eq!(Algorithm::Sha1.of(b"abc"), "A9993E364706816ABA3E25717850C26C9CD0D89D");
        let sha256 = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        assert_eq!(Algorithm::Sha256.of(b"abc"), sha256);
        let (data, key) = (b"what do ya want for nothing?", b"Jefe");
        assert_eq!(Algorithm::Md5.keyed(data, key), "750C783E6AB0B503EAA86E310A5DB738");
        assert_eq!(Algorithm::Sha1.keyed(data, key), "EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79");
        let sha256 = "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843";
        assert_eq!(Algorithm::Sha256.keyed(data, key), sha256);
    }

    /// GB/T 32905-2016 appendix A.1.
    #[test]
    fn pieces_make_the_same_as_the_whole() {
        let mut sm3 = Flow::sm3();
        sm3.update(b"a");
        sm3.update(b"bc");
        assert_eq!(sm3.finish(), "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0");
        let mut md5 = Flow::md5();
        md5.update(b"ab");
        md5.update(b"c");
        assert_eq!(md5.finish(), Algorithm::Md5.of(b"abc"));
        assert_eq!(md5.finish(), Algorithm::Md5.of(b""));
    }
}
