//! Private keys in every form that openssl writes, read as the same key.

use std::{path::PathBuf, process::Command};

use super::{KeyError, to_pkcs8};

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).output().expect("openssl is installed");
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A temporary folder, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("luatos-keys-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn write(&self, name: &str, data: &[u8]) -> String {
        std::fs::write(self.0.join(name), data).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Public half of the key in a file; identifies the key.
fn public(path: &str) -> Vec<u8> {
    openssl(&["pkey", "-in", path, "-pubout", "-passin", "pass:secret"])
}

#[test]
fn every_form_of_a_key_is_read_as_the_same_key() {
    let folder = Folder::new("forms");
    let keys = [
        ("rsa", openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])),
        ("ec", openssl(&["ecparam", "-name", "prime256v1", "-genkey"])),
        ("p384", openssl(&["ecparam", "-name", "secp384r1", "-genkey", "-noout"])),
    ];
    for (kind, key) in keys {
        let key = folder.write(kind, &key);
        let expected = public(&key);
        let traditional: &[&str] = if kind == "rsa" { &["rsa", "-traditional"] } else { &["ec"] };
        let mut forms = vec![
            ("as generated".to_owned(), std::fs::read(&key).unwrap()),
            ("PKCS#8".to_owned(), openssl(&["pkey", "-in", &key])),
            ("PKCS#1 or SEC1".to_owned(), openssl(&[traditional, &["-in", &key]].concat())),
            ("encrypted PKCS#8".to_owned(), openssl(&["pkcs8", "-topk8", "-in", &key, "-passout", "pass:secret"])),
        ];
        for cipher in ["aes-128-cbc", "aes256", "des3"] {
            let arguments = ["pkcs8", "-topk8", "-v2", cipher, "-in", &key, "-passout", "pass:secret"];
            forms.push((format!("PKCS#8 with {cipher}"), openssl(&arguments)));
        }
        for cipher in ["-aes128", "-aes192", "-aes256", "-des3"] {
            let legacy = openssl(&[traditional, &["-in", &key, cipher, "-passout", "pass:secret"]].concat());
            assert!(String::from_utf8_lossy(&legacy).contains("Proc-Type: 4,ENCRYPTED"));
            forms.push((format!("traditional with {cipher}"), legacy));
        }
        for (form, pem) in forms {
            let plain = to_pkcs8(&pem, Some(b"secret")).unwrap_or_else(|error| panic!("{kind}, {form}: {error}"));
            assert!(plain.starts_with("-----BEGIN PRIVATE KEY-----\n"), "{kind}, {form}");
            let path = folder.write("converted", plain.as_bytes());
            assert_eq!(public(&path), expected, "{kind}, {form}");
            if String::from_utf8_lossy(&pem).contains("ENCRYPTED") {
                assert_eq!(to_pkcs8(&pem, None), Err(KeyError::NoPassword), "{kind}, {form}");
                assert_eq!(to_pkcs8(&pem, Some(b"wrong")), Err(KeyError::WrongPassword), "{kind}, {form}");
            }
        }
    }
}

#[test]
fn a_password_is_bytes() {
    let folder = Folder::new("password");
    let key = folder.write("key", &openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout"]));
    let password = b"\xc3\xdc\xff";
    let file = folder.write("password", password);
    for form in [&["pkcs8", "-topk8"][..], &["ec", "-aes128"]] {
        let pem = openssl(&[form, &["-in", &key, "-passout", &format!("file:{file}")]].concat());
        let plain = to_pkcs8(&pem, Some(password)).unwrap_or_else(|error| panic!("{form:?}: {error}"));
        assert_eq!(public(&folder.write("plain", plain.as_bytes())), public(&key), "{form:?}");
    }
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    assert_eq!(to_pkcs8(b"garbage", None), Err(KeyError::NoKey));
    assert_eq!(to_pkcs8(b"", None), Err(KeyError::NoKey));
    let certificate = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(to_pkcs8(certificate, None), Err(KeyError::NoKey));
    for kind in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"] {
        let damaged = format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n");
        assert!(matches!(to_pkcs8(damaged.as_bytes(), None), Err(KeyError::Unreadable(_))), "{kind}");
    }
}
