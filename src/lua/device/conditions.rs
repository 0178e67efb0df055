//! The conditions of the network as a script states them.

use std::{num::NonZeroU64, time::Duration};

use mlua::{Error, Result, Table, Value};

use super::super::convert::{field_name, show};
use crate::device::{action::Action, conditions::Conditions};

/// Longest latency and jitter in milliseconds: an hour.
const MAX_MS: f64 = 3_600_000.0;

/// Reads a table with any of `latency` and `jitter` (ms, each way), `rate` (bytes per second, each way), `loss`
/// (share of the packets, 0 to 1) and `dns` (whether a name server answers). It states the whole: what it does not
/// name is as in a network that one does not notice.
///
/// # Errors
/// A field is unknown, or its value is none.
pub fn action(table: Table) -> Result<Action> {
    let mut conditions = Conditions::default();
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        match name.as_str() {
            "latency" => conditions.latency = duration("latency", &value)?,
            "jitter" => conditions.jitter = duration("jitter", &value)?,
            "rate" => conditions.rate = Some(rate(&value)?),
            "loss" => conditions.loss = within("loss", "a share of 0 to 1", 1.0, &value)?,
            "dns" => match value {
                Value::Boolean(answers) => conditions.dns = answers,
                other => return Err(wrong("dns", "boolean", &other)),
            },
            _ => {
                let text =
                    format!("network: unknown field \"{name}\"; expected up, latency, jitter, rate, loss or dns");
                return Err(Error::runtime(text));
            }
        }
    }
    Ok(Action::Conditions(conditions))
}

fn duration(field: &str, value: &Value) -> Result<Duration> {
    let ms = within(field, "milliseconds from 0 to 3600000", MAX_MS, value)?;
    Ok(Duration::from_secs_f64(ms / 1000.0))
}

fn rate(value: &Value) -> Result<NonZeroU64> {
    let rate = within("rate", "bytes per second, 1 or more", 1e15, value)?;
    // The fraction of a byte is beneath notice.
    NonZeroU64::new(rate as u64).ok_or_else(|| wrong("rate", "bytes per second, 1 or more", value))
}

/// A number from 0 to `most`.
fn within(field: &str, expected: &str, most: f64, value: &Value) -> Result<f64> {
    let number = match value {
        Value::Integer(number) => *number as f64,
        Value::Number(number) => *number,
        _ => f64::NAN,
    };
    if (0.0..=most).contains(&number) { Ok(number) } else { Err(wrong(field, expected, value)) }
}

fn wrong(field: &str, expected: &str, value: &Value) -> Error {
    Error::runtime(format!("network: {field}: {expected} expected, got {}", show(value)))
}
