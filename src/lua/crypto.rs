//! `crypto`: digests, checksums, ciphers. Facts: module `crypto` of LuatOS-Air.

use std::{fs::File, io::Read};

use mlua::{IntoLua, Lua, LuaString, Result, Table, UserData, UserDataMethods, Value};

use super::{
    arguments::{Arguments, define},
    convert::{bytes, show, string},
    runtime::Runtime,
};
use crate::{
    codec::crypto::{
        base64,
        checksum::{self, Crc},
        cipher::{self, Direction, Padding},
        digest::{self, Flow},
        rsa::{Key, Signed},
        xxtea,
    },
    device::files::Access,
    net::private_key,
};

/// Bytes of a file that are read at once.
const CHUNK: usize = 16 * 1024;

/// Makes the table. Digests are upper-case hexadecimal; a length cuts the text off, and a longer one than the text's
/// counts as the text's.
///
/// - `base64_encode(text, length)`, `base64_decode(text, length)` → string, empty for what is no Base64.
/// - `md5(text, length)`, `sha1(text, length)`, `sha256(text)`; `md5(path, "file")`: of a file's content, or of
///   nothing if it cannot be read.
/// - `hmac_md5(text, length, key, length)`, `hmac_sha1` likewise, `hmac_sha256(text, key)`.
/// - `flow_md5()` → object with `update(text)`, `hexdigest()`; `sm3start()` → object with `sm3update(text)`,
///   `sm3finish()`.
/// - `crc8(text, length)`, `crc16_modbus(text, length)`, `crc32(text, length)`,
///   `crc16(method, text [, poly, init, xorout, refin, refout])` → integer.
/// - `aes_encrypt(mode, padding, text, key [, iv])`, `aes_decrypt`, and likewise `des_`, `des3_` and `sm4_`.
/// - `aes128_ecb_encrypt(text, _, key)`, `aes128_ecb_decrypt`: with padding `ZERO`.
/// - `rsa_encrypt(keyMode, pem, bits, cryptMode, text [, password])`, `rsa_decrypt`, `rsa_sha1_sign`,
///   `rsa_sha256_sign` → string, empty if it cannot be done; `rsa_sha1_verify(…, signature, text [, password])`,
///   `rsa_sha256_verify` → boolean.
/// - `xxtea_encrypt(text, key)`, `xxtea_decrypt(text, key)` → string or nil.
pub fn table(lua: &Lua) -> Result<Table> {
    let crypto = lua.create_table()?;
    define(lua, &crypto, "crypto.base64_encode", |call| Ok(base64::encode(&sized(call, 1, "text")?)))?;
    define(lua, &crypto, "crypto.base64_decode", |call| bytes(call.lua, &base64::decode(&sized(call, 1, "text")?)))?;
    add_digests(lua, &crypto)?;
    add_checksums(lua, &crypto)?;
    add_ciphers(lua, &crypto)?;
    add_rsa(lua, &crypto)?;
    define(lua, &crypto, "crypto.xxtea_encrypt", |call| xxtea(call, xxtea::encrypt))?;
    define(lua, &crypto, "crypto.xxtea_decrypt", |call| xxtea(call, xxtea::decrypt))?;
    Ok(crypto)
}

/// A text and, in the argument after it, how much of it counts.
fn sized(call: &Arguments<'_>, position: usize, name: &str) -> Result<Vec<u8>> {
    let text = call.text(position, name)?;
    let length = usize::try_from(call.integer(position + 1, &format!("length of {name}"))?).unwrap_or(0);
    let mut text = text.as_bytes().to_vec();
    text.truncate(length);
    Ok(text)
}

fn add_digests(lua: &Lua, crypto: &Table) -> Result<()> {
    define(lua, crypto, "crypto.md5", md5)?;
    define(lua, crypto, "crypto.sha1", |call| Ok(digest::Algorithm::Sha1.of(&sized(call, 1, "text")?)))?;
    define(lua, crypto, "crypto.sha256", |call| Ok(digest::Algorithm::Sha256.of(&call.text(1, "text")?.as_bytes())))?;
    define(lua, crypto, "crypto.hmac_md5", |call| {
        Ok(digest::Algorithm::Md5.keyed(&sized(call, 1, "text")?, &sized(call, 3, "key")?))
    })?;
    define(lua, crypto, "crypto.hmac_sha1", |call| {
        Ok(digest::Algorithm::Sha1.keyed(&sized(call, 1, "text")?, &sized(call, 3, "key")?))
    })?;
    define(lua, crypto, "crypto.hmac_sha256", |call| {
        let (text, key) = (call.text(1, "text")?, call.text(2, "key")?);
        Ok(digest::Algorithm::Sha256.keyed(&text.as_bytes(), &key.as_bytes()))
    })?;
    define(lua, crypto, "crypto.flow_md5", |_| Ok(FlowMd5(Flow::md5())))?;
    define(lua, crypto, "crypto.sm3start", |_| Ok(FlowSm3(Flow::sm3())))
}

fn md5(call: &Arguments<'_>) -> Result<String> {
    match call.value(2) {
        Value::String(text) if text.as_bytes() == *b"file" => {
            let mut md5 = Flow::md5();
            // What cannot be read is nothing, as on the device.
            let _ = feed_file(call, &mut md5);
            Ok(md5.finish())
        }
        Value::Integer(_) | Value::Number(_) => Ok(digest::Algorithm::Md5.of(&sized(call, 1, "text")?)),
        other => {
            let other = show(other);
            Err(call.wrong("second argument", &format!("length of the text or \"file\" expected, got {other}")))
        }
    }
}

fn feed_file(call: &Arguments<'_>, flow: &mut Flow) -> Result<()> {
    let path = call.text(1, "path")?;
    let path = Runtime::of(call.lua)?.files.borrow().resolve(&path.as_bytes(), Access::Read);
    let mut file = File::open(path.map_err(mlua::Error::external)?)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            count => flow.update(&chunk[..count]),
        }
    }
}

/// What `crypto.flow_md5` returns.
struct FlowMd5(Flow);

impl UserData for FlowMd5 {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method_mut("update", |lua, this, text: Value| {
            this.0.update(&string(lua, "crypto.flow_md5: update: text", text)?.as_bytes());
            Ok(())
        });
        methods.add_method_mut("hexdigest", |_, this, ()| Ok(this.0.finish()));
    }
}

/// What `crypto.sm3start` returns.
struct FlowSm3(Flow);

impl UserData for FlowSm3 {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method_mut("sm3update", |lua, this, text: Value| {
            this.0.update(&string(lua, "crypto.sm3start: sm3update: text", text)?.as_bytes());
            Ok(())
        });
        methods.add_method_mut("sm3finish", |_, this, ()| Ok(this.0.finish()));
    }
}

fn add_checksums(lua: &Lua, crypto: &Table) -> Result<()> {
    define(lua, crypto, "crypto.crc8", |call| Ok(checksum::CRC8.of(&sized(call, 1, "text")?)))?;
    define(lua, crypto, "crypto.crc16_modbus", |call| Ok(checksum::MODBUS.of(&sized(call, 1, "text")?)))?;
    define(lua, crypto, "crypto.crc32", |call| Ok(checksum::CRC32.of(&sized(call, 1, "text")?)))?;
    define(lua, crypto, "crypto.crc16", |call| {
        let method = call.text(1, "method")?;
        let text = call.text(2, "text")?;
        let crc = match Crc::method(&method.as_bytes()) {
            Some(crc) => crc,
            None if method.as_bytes() == *b"USER-DEFINED" => own_crc(call)?,
            None => {
                let known = "MODBUS, IBM, X25, MAXIM, USB, CCITT, CCITT-FALSE, XMODEM, DNP or USER-DEFINED";
                let given = show(call.value(1));
                return Err(call.wrong("method", &format!("{known} expected, got {given}")));
            }
        };
        Ok(crc.of(&text.as_bytes()))
    })
}

fn own_crc(call: &Arguments<'_>) -> Result<Crc> {
    // Of a larger number the lower 16 bits count.
    let word = |position, name| call.integer_or(position, name, 0).map(|number| (number & 0xffff) as u32);
    let flag = |position, name| call.integer_or(position, name, 0).map(|number| number != 0);
    Ok(Crc {
        width: 16,
        poly: word(3, "poly")?,
        init: word(4, "initial value")?,
        xor_out: word(5, "final value")?,
        reflect_in: flag(6, "reflected input")?,
        reflect_out: flag(7, "reflected output")?,
    })
}

fn add_ciphers(lua: &Lua, crypto: &Table) -> Result<()> {
    use Direction::{Decrypt, Encrypt};
    use cipher::Algorithm::{Aes, Des, Des3, Sm4};
    for (name, algorithm, direction) in [
        ("crypto.aes_encrypt", Aes, Encrypt),
        ("crypto.aes_decrypt", Aes, Decrypt),
        ("crypto.des_encrypt", Des, Encrypt),
        ("crypto.des_decrypt", Des, Decrypt),
        ("crypto.des3_encrypt", Des3, Encrypt),
        ("crypto.des3_decrypt", Des3, Decrypt),
        ("crypto.sm4_encrypt", Sm4, Encrypt),
        ("crypto.sm4_decrypt", Sm4, Decrypt),
    ] {
        define(lua, crypto, name, move |call| process(call, algorithm, direction))?;
    }
    for (name, direction) in [("crypto.aes128_ecb_encrypt", Encrypt), ("crypto.aes128_ecb_decrypt", Decrypt)] {
        define(lua, crypto, name, move |call| {
            let (text, key) = (call.text(1, "text")?, call.text(3, "key")?);
            if key.as_bytes().len() != 16 {
                let given = key.as_bytes().len();
                return Err(call.wrong("key", &format!("16 bytes expected, got {given}")));
            }
            let text = text.as_bytes().to_vec();
            let ended = Aes.process(direction, cipher::Mode::Ecb, Padding::Zero, (&key.as_bytes(), b""), text);
            bytes(call.lua, &ended.map_err(|error| call.failed(&error))?)
        })?;
    }
    Ok(())
}

fn process(call: &Arguments<'_>, algorithm: cipher::Algorithm, direction: Direction) -> Result<Value> {
    let (mode, padding) = (call.text(1, "mode")?, call.text(2, "padding")?);
    let (text, key) = (call.text(3, "text")?, call.text(4, "key")?);
    let iv = call.optional_text(5, "iv")?;
    let iv = iv.as_ref().map(LuaString::as_bytes);
    let process = || {
        let mode = algorithm.mode(&mode.to_string_lossy())?;
        let padding = Padding::parse(&padding.to_string_lossy())?;
        let keys = (&*key.as_bytes(), iv.as_deref().unwrap_or_default());
        algorithm.process(direction, mode, padding, keys, text.as_bytes().to_vec())
    };
    bytes(call.lua, &process().map_err(|error| call.failed(&error))?)
}

fn add_rsa(lua: &Lua, crypto: &Table) -> Result<()> {
    define(lua, crypto, "crypto.rsa_encrypt", |call| {
        let encrypt = if is_private(call, 4, "crypt mode", "_CRYPT")? { Key::encrypt_privately } else { Key::encrypt };
        with_key(call, 6, encrypt)
    })?;
    define(lua, crypto, "crypto.rsa_decrypt", |call| {
        let decrypt = if is_private(call, 4, "crypt mode", "_CRYPT")? { Key::decrypt } else { Key::decrypt_publicly };
        with_key(call, 6, decrypt)
    })?;
    for (name, signed) in [("crypto.rsa_sha1_sign", Signed::Sha1), ("crypto.rsa_sha256_sign", Signed::Sha256)] {
        define(lua, crypto, name, move |call| {
            is_private(call, 4, "crypt mode", "_CRYPT")?;
            with_key(call, 6, |key, text| key.sign(signed, text))
        })?;
    }
    for (name, signed) in [("crypto.rsa_sha1_verify", Signed::Sha1), ("crypto.rsa_sha256_verify", Signed::Sha256)] {
        define(lua, crypto, name, move |call| {
            is_private(call, 4, "crypt mode", "_CRYPT")?;
            let (signature, text) = (call.text(5, "signature")?, call.text(6, "text")?);
            let key = key(call, 7)?;
            Ok(key.is_some_and(|key| key.verify(signed, &text.as_bytes(), &signature.as_bytes())))
        })?;
    }
    Ok(())
}

/// What comes of the text with the key, or nothing.
fn with_key(call: &Arguments<'_>, password: usize, act: impl Fn(&Key, &[u8]) -> Option<Vec<u8>>) -> Result<Value> {
    let text = call.text(5, "text")?;
    let key = key(call, password)?;
    let made = key.and_then(|key| act(&key, &text.as_bytes()));
    bytes(call.lua, &made.unwrap_or_default())
}

/// The key in the first three arguments, its kind, its PEM and its bits; none if it cannot be read.
fn key(call: &Arguments<'_>, password: usize) -> Result<Option<Key>> {
    let is_private = is_private(call, 1, "key mode", "_KEY")?;
    let pem = call.text(2, "key")?;
    let bits = call.integer(3, "bits")?;
    let password = call.optional_text(password, "password")?;
    let key = if is_private {
        let password = password.as_ref().map(LuaString::as_bytes);
        let plain = private_key::to_pkcs8(&pem.as_bytes(), password.as_deref());
        plain.ok().and_then(|pem| Key::private(&pem))
    } else {
        Key::public(&pem.to_string_lossy())
    };
    match key {
        Some(key) if i64::try_from(key.bits()) != Ok(bits) => {
            Err(call.wrong("bits", &format!("those of the key expected, {}, got {bits}", key.bits())))
        }
        key => Ok(key),
    }
}

fn is_private(call: &Arguments<'_>, position: usize, name: &str, ending: &str) -> Result<bool> {
    let mode = call.text(position, name)?;
    let mode = mode.to_string_lossy();
    match mode.strip_suffix(ending) {
        Some("PRIVATE") => Ok(true),
        Some("PUBLIC") => Ok(false),
        _ => Err(call.wrong(name, &format!("PUBLIC{ending} or PRIVATE{ending} expected, got {mode:?}"))),
    }
}

fn xxtea(call: &Arguments<'_>, act: fn(&[u8], &[u8]) -> Option<Vec<u8>>) -> Result<Value> {
    let (text, key) = (call.text(1, "text")?, call.text(2, "key")?);
    match act(&text.as_bytes(), &key.as_bytes()) {
        Some(made) => bytes(call.lua, &made),
        None => Value::Nil.into_lua(call.lua),
    }
}
