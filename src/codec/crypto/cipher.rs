//! Symmetric ciphers with the firmware's modes and paddings.

use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit,
    StreamCipher, typenum::U16,
};

/// A block cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// AES (FIPS 197) with keys of 16, 24 or 32 bytes.
    Aes,
    /// DES (FIPS 46-3) with keys of 8 bytes.
    Des,
    /// Triple DES with keys of 16 or 24 bytes.
    Des3,
    /// SM4 (GB/T 32907-2016) with keys of 16 bytes.
    Sm4,
}

/// How blocks follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each block by itself; the initialisation vector does not count.
    Ecb,
    /// Each block is combined with the one before it.
    Cbc,
    /// A key stream of encrypted numbers. Of AES only.
    Ctr,
}

/// How a text is filled up to whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Not at all.
    None,
    /// With zeros: 1 to a whole block of them. Decryption takes as many away, so that a text that ends in zeros
    /// comes back without them.
    Zero,
    /// With bytes that say how many they are, 1 to a whole block; `PKCS5` and `PKCS7` are the same.
    Pkcs7,
}

/// Whether a text is made unreadable or readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Plain text to ciphertext.
    Encrypt,
    /// Ciphertext to plain text.
    Decrypt,
}

/// Why something cannot be encrypted or decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    /// The key has a length that the cipher does not know.
    #[error("key: {expected} bytes expected, got {given}")]
    Key {
        /// The lengths that it knows.
        expected: &'static str,
        /// The key's.
        given: usize,
    },
    /// The cipher does not have this mode.
    #[error("mode: {expected} expected, got {given:?}")]
    Mode {
        /// The modes that it has.
        expected: &'static str,
        /// The script's.
        given: String,
    },
    /// There is no such padding.
    #[error("padding: NONE, ZERO, PKCS5 or PKCS7 expected, got {0:?}")]
    Padding(String),
    /// The initialisation vector is no block.
    #[error("iv: {expected} bytes expected, got {given}")]
    Iv {
        /// Bytes of a block.
        expected: usize,
        /// Bytes of the vector.
        given: usize,
    },
    /// Without padding, and for decryption, only whole blocks can be handled.
    #[error("data: a multiple of {block} bytes expected, got {given}")]
    Length {
        /// Bytes of a block.
        block: usize,
        /// Bytes of the data.
        given: usize,
    },
}

impl Padding {
    /// The padding of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(name: &str) -> Result<Self, CipherError> {
        match name {
            "NONE" => Ok(Padding::None),
            "ZERO" => Ok(Padding::Zero),
            "PKCS5" | "PKCS7" => Ok(Padding::Pkcs7),
            _ => Err(CipherError::Padding(name.to_owned())),
        }
    }

    fn add(self, block: usize, data: &mut Vec<u8>) {
        let missing = block - data.len() % block;
        match self {
            Padding::None => {}
            Padding::Zero => data.resize(data.len() + missing, 0),
            Padding::Pkcs7 => data.resize(data.len() + missing, u8::try_from(missing).unwrap_or(0)),
        }
    }

    /// Takes it away. Impossible padding, as after decryption with a wrong key, leaves nothing.
    fn remove(self, block: usize, data: &mut Vec<u8>) {
        let added = match self {
            Padding::None => 0,
            Padding::Zero => data.iter().rev().take(block).take_while(|byte| **byte == 0).count(),
            Padding::Pkcs7 => match data.last() {
                Some(last) if usize::from(*last) <= block => usize::from(*last),
                _ => data.len(),
            },
        };
        data.truncate(data.len() - added);
    }
}

impl Algorithm {
    /// Bytes of a block.
    #[must_use]
    pub fn block(self) -> usize {
        match self {
            Algorithm::Aes | Algorithm::Sm4 => 16,
            Algorithm::Des | Algorithm::Des3 => 8,
        }
    }

    /// The mode of this name.
    ///
    /// # Errors
    /// The cipher has no such mode.
    pub fn mode(self, name: &str) -> Result<Mode, CipherError> {
        match (name, self) {
            ("ECB", _) => Ok(Mode::Ecb),
            ("CBC", _) => Ok(Mode::Cbc),
            ("CTR", Algorithm::Aes) => Ok(Mode::Ctr),
            (_, Algorithm::Aes) => Err(CipherError::Mode { expected: "ECB, CBC or CTR", given: name.to_owned() }),
            _ => Err(CipherError::Mode { expected: "ECB or CBC", given: name.to_owned() }),
        }
    }

    /// Encrypts or decrypts a whole text. `iv` is the initialisation vector, one block; ECB needs none.
    ///
    /// # Errors
    /// See [`CipherError`].
    pub fn process(
        self,
        direction: Direction,
        mode: Mode,
        padding: Padding,
        (key, iv): (&[u8], &[u8]),
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, CipherError> {
        let block = self.block();
        self.check_key(key)?;
        if mode != Mode::Ecb && iv.len() != block {
            return Err(CipherError::Iv { expected: block, given: iv.len() });
        }
        if direction == Direction::Encrypt {
            padding.add(block, &mut data);
        }
        if mode != Mode::Ctr && !data.len().is_multiple_of(block) {
            return Err(CipherError::Length { block, given: data.len() });
        }
        self.run(direction, mode, (key, iv), &mut data);
        if direction == Direction::Decrypt {
            padding.remove(block, &mut data);
        }
        Ok(data)
    }

    fn check_key(self, key: &[u8]) -> Result<(), CipherError> {
        let (lengths, expected): (&[usize], _) = match self {
            Algorithm::Aes => (&[16, 24, 32], "16, 24 or 32"),
            Algorithm::Des => (&[8], "8"),
            Algorithm::Des3 => (&[16, 24], "16 or 24"),
            Algorithm::Sm4 => (&[16], "16"),
        };
        if lengths.contains(&key.len()) { Ok(()) } else { Err(CipherError::Key { expected, given: key.len() }) }
    }

    /// The lengths of key, vector and data are right.
    fn run(self, direction: Direction, mode: Mode, (key, iv): (&[u8], &[u8]), data: &mut [u8]) {
        match (self, mode, key.len()) {
            (Algorithm::Aes, Mode::Ctr, 16) => stream::<aes::Aes128>(key, iv, data),
            (Algorithm::Aes, Mode::Ctr, 24) => stream::<aes::Aes192>(key, iv, data),
            (Algorithm::Aes, Mode::Ctr, _) => stream::<aes::Aes256>(key, iv, data),
            (Algorithm::Aes, _, 16) => blocks::<aes::Aes128>(direction, mode, key, iv, data),
            (Algorithm::Aes, _, 24) => blocks::<aes::Aes192>(direction, mode, key, iv, data),
            (Algorithm::Aes, ..) => blocks::<aes::Aes256>(direction, mode, key, iv, data),
            (Algorithm::Des, ..) => blocks::<des::Des>(direction, mode, key, iv, data),
            (Algorithm::Des3, _, 16) => blocks::<des::TdesEde2>(direction, mode, key, iv, data),
            (Algorithm::Des3, ..) => blocks::<des::TdesEde3>(direction, mode, key, iv, data),
            (Algorithm::Sm4, ..) => blocks::<sm4::Sm4>(direction, mode, key, iv, data),
        }
    }
}

fn blocks<C>(direction: Direction, mode: Mode, key: &[u8], iv: &[u8], data: &mut [u8])
where
    C: BlockCipherEncrypt + BlockCipherDecrypt + KeyInit,
{
    let Ok(cipher) = C::new_from_slice(key) else { return };
    let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks_mut(data);
    match (mode, direction) {
        (Mode::Cbc, Direction::Encrypt) => {
            if let Ok(mut cbc) = cbc::Encryptor::inner_iv_slice_init(cipher, iv) {
                cbc.encrypt_blocks(blocks);
            }
        }
        (Mode::Cbc, Direction::Decrypt) => {
            if let Ok(mut cbc) = cbc::Decryptor::inner_iv_slice_init(cipher, iv) {
                cbc.decrypt_blocks(blocks);
            }
        }
        (_, Direction::Encrypt) => cipher.encrypt_blocks(blocks),
        (_, Direction::Decrypt) => cipher.decrypt_blocks(blocks),
    }
}

/// CTR, where both directions are the same.
fn stream<C>(key: &[u8], iv: &[u8], data: &mut [u8])
where
    C: BlockCipherEncrypt<BlockSize = U16> + KeyInit,
{
    if let Ok(mut ctr) = ctr::Ctr128BE::<C>::new_from_slices(key, iv) {
        ctr.apply_keystream(data);
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER_PERMISSIVE as HEX;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        HEX.decode(hex.as_bytes()).unwrap()
    }

    /// One block in both directions.
    fn check(algorithm: Algorithm, mode: Mode, key: &str, iv: &str, plain: &str, cipher: &str) {
        let (key, iv) = (bytes(key), bytes(iv));
        let run = |direction, data| algorithm.process(direction, mode, Padding::None, (&key, &iv), data).unwrap();
        assert_eq!(run(Direction::Encrypt, bytes(plain)), bytes(cipher));
        assert_eq!(run(Direction::Decrypt, bytes(cipher)), bytes(plain));
    }

    /// FIPS 197 appendix C, NIST SP 800-38A appendix F, NIST SP 800-67, GB/T 32907-2016 appendix A.
    #[test]
    fn values_of_the_standards() {
        let plain = "00112233445566778899aabbccddeeff";
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        for (length, cipher) in [
            (32, "69c4e0d86a7b0430d8cdb78070b4c55a"),
            (48, "dda97ca4864cdfe06eaf70a0ec0d7191"),
            (64, "8ea2b7ca516745bfeafc49904b496089"),
        ] {
            check(Algorithm::Aes, Mode::Ecb, &key[..length], "", plain, cipher);
        }
        let key = "2b7e151628aed2a6abf7158809cf4f3c";
        let plain = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";
        let iv = "000102030405060708090a0b0c0d0e0f";
        let cipher = "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2";
        check(Algorithm::Aes, Mode::Cbc, key, iv, plain, cipher);
        let iv = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
        let cipher = "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff";
        check(Algorithm::Aes, Mode::Ctr, key, iv, plain, cipher);
        check(Algorithm::Des, Mode::Ecb, "133457799bbcdff1", "", "0123456789abcdef", "85e813540f0ab405");
        let key = "0123456789abcdef23456789abcdef01456789abcdef0123";
        check(Algorithm::Des3, Mode::Ecb, key, "", "5468652071756663", "a826fd8ce53b855f");
        let key = "0123456789abcdeffedcba9876543210";
        check(Algorithm::Sm4, Mode::Ecb, key, "", key, "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn every_padding_comes_back() {
        let key = [7; 16];
        for padding in [Padding::Zero, Padding::Pkcs7] {
            for mode in [Mode::Ecb, Mode::Cbc, Mode::Ctr] {
                for length in 0..=33 {
                    let text = vec![b'x'; length];
                    let run = |direction, data| Algorithm::Aes.process(direction, mode, padding, (&key, &key), data);
                    let encrypted = run(Direction::Encrypt, text.clone()).unwrap();
                    assert_eq!(encrypted.len(), (length / 16 + 1) * 16);
                    assert_eq!(run(Direction::Decrypt, encrypted).unwrap(), text);
                }
            }
        }
    }

    #[test]
    fn zeros_are_taken_away_of_one_block_only() {
        let mut data = vec![0; 40];
        Padding::Zero.remove(16, &mut data);
        assert_eq!(data.len(), 24);
        let mut data = vec![17; 16];
        Padding::Pkcs7.remove(16, &mut data);
        assert_eq!(data, b"");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let run = |algorithm: Algorithm, mode, key: &[u8], iv: &[u8], data: &[u8]| {
            let ended = algorithm.process(Direction::Encrypt, mode, Padding::None, (key, iv), data.to_vec());
            ended.unwrap_err().to_string()
        };
        let error = run(Algorithm::Aes, Mode::Ecb, b"short", b"", b"");
        assert_eq!(error, "key: 16, 24 or 32 bytes expected, got 5");
        assert_eq!(run(Algorithm::Aes, Mode::Cbc, &[0; 16], b"iv", b""), "iv: 16 bytes expected, got 2");
        let error = run(Algorithm::Des, Mode::Ecb, &[0; 8], b"", b"123456789");
        assert_eq!(error, "data: a multiple of 8 bytes expected, got 9");
        let error = Algorithm::Des3.mode("CTR").unwrap_err().to_string();
        assert_eq!(error, "mode: ECB or CBC expected, got \"CTR\"");
        assert_eq!(Algorithm::Aes.mode("CTR"), Ok(Mode::Ctr));
        assert!(Padding::parse("PKCS1").is_err());
    }
}
