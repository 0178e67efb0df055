//! The tables of `websocket.new`: certificates and options.

use mlua::{Function, Lua, Result, Value};

use super::{
    super::convert::{field_name, show, whole},
    compression,
};
use crate::{
    net::tls::{Certificates, Pem},
    websocket::options::Options,
};

/// What is wrong with a table, as text.
type Checked<T> = std::result::Result<T, String>;

/// Reads the second argument of `websocket.new`. `resolve(path)` finds a file.
pub(super) fn read_certificates(
    cert: Value,
    resolve: &Function,
    warnings: &mut Vec<String>,
) -> Result<Checked<Certificates>> {
    let mut certificates = Certificates::default();
    let table = match cert {
        Value::Nil => return Ok(Ok(certificates)),
        Value::Table(table) => table,
        other => return Ok(Err(format!("cert: table expected, got {}", show(&other)))),
    };
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        let file = || -> Result<Checked<Option<Pem>>> {
            match &value {
                Value::String(text) => Ok(Ok(Some(Pem::File(resolve.call::<String>(text)?.into())))),
                other => Ok(Err(format!("cert.{name}: path of a PEM file expected, got {}", show(other)))),
            }
        };
        let slot = match name.as_str() {
            "caCert" => &mut certificates.ca_cert,
            "clientCert" => &mut certificates.client_cert,
            "clientKey" => &mut certificates.client_key,
            "clientPassword" => match &value {
                Value::String(text) => {
                    certificates.client_password = Some(text.as_bytes().to_vec());
                    continue;
                }
                other => return Ok(Err(format!("cert.clientPassword: string expected, got {}", other.type_name()))),
            },
            "insist" => match value {
                Value::Integer(0) | Value::Number(0.0) => {
                    certificates.check_host_name = true;
                    continue;
                }
                Value::Integer(1) | Value::Number(1.0) => {
                    certificates.check_host_name = false;
                    continue;
                }
                other => return Ok(Err(format!("cert.insist: 0 or 1 expected, got {}", show(&other)))),
            },
            _ => {
                warnings.push(format!("unknown field \"{name}\" in the cert table"));
                continue;
            }
        };
        match file()? {
            Ok(pem) => *slot = pem,
            Err(message) => return Ok(Err(message)),
        }
    }
    Ok(Ok(certificates))
}

/// Reads the third argument of `websocket.new`.
pub(super) fn read_options(lua: &Lua, options: Value, warnings: &mut Vec<String>) -> Result<Checked<Options>> {
    let mut result = Options::default();
    let table = match options {
        Value::Nil => return Ok(Ok(result)),
        Value::Table(table) => table,
        other => return Ok(Err(format!("options: table expected, got {}", show(&other)))),
    };
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        let done = match name.as_str() {
            "headers" => read_headers(lua, &value, &mut result)?,
            "subprotocols" => read_subprotocols(&value, &mut result)?,
            "maxMessageSize" => read_size(lua, &name, &value).map(|size| result.max_message_size = size),
            "compression" => {
                let compression = compression::read(&value, warnings)?;
                compression.map(|compression| result.compression = compression)
            }
            "queueSize" => read_size(lua, &name, &value).map(|size| result.queue_size = size),
            _ => {
                warnings.push(format!("unknown field \"{name}\" in the options table"));
                Ok(())
            }
        };
        if let Err(message) = done {
            return Ok(Err(format!("options.{message}")));
        }
    }
    Ok(Ok(result))
}

fn read_headers(lua: &Lua, value: &Value, options: &mut Options) -> Result<Checked<()>> {
    let Value::Table(table) = value else {
        return Ok(Err(format!("headers: table of names and values expected, got {}", show(value))));
    };
    for pair in table.pairs::<Value, Value>() {
        let (name, value) = pair?;
        let (Value::String(name), Some(text)) = (&name, lua.coerce_string(value.clone()).ok().flatten()) else {
            return Ok(Err(format!("headers: a name and a text expected, got {} = {}", show(&name), show(&value))));
        };
        if let Err(message) = options.add_header(&name.to_string_lossy(), &text.as_bytes()) {
            return Ok(Err(message));
        }
    }
    Ok(Ok(()))
}

fn read_subprotocols(value: &Value, options: &mut Options) -> Result<Checked<()>> {
    let Value::Table(table) = value else {
        return Ok(Err(format!("subprotocols: list of names expected, got {}", show(value))));
    };
    for name in table.sequence_values::<Value>() {
        let done = match name? {
            Value::String(name) => options.add_subprotocol(&name.to_string_lossy()),
            other => Err(format!("subprotocols: name expected, got {}", show(&other))),
        };
        if let Err(message) = done {
            return Ok(Err(message));
        }
    }
    Ok(Ok(()))
}

fn read_size(lua: &Lua, name: &str, value: &Value) -> Checked<usize> {
    let number = lua.coerce_number(value.clone()).ok().flatten();
    number
        .and_then(|number| whole(&Value::Number(number)))
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size > 0)
        .ok_or_else(|| format!("{name}: number of bytes above 0 expected, got {}", show(value)))
}
