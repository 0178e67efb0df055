//! The option `compression` of `websocket.new`.

use mlua::{Result, Table, Value};

use crate::lua::convert::{field_name, show, whole};
use crate::websocket::deflate::{MAX_WINDOW_BITS, MIN_WINDOW_BITS, Settings};

/// Reads `true`, `false` or a table with `threshold` (bytes), `level` (0 to 9), `contextTakeover`
/// (boolean) and `windowBits` (9 to 15). An unknown field becomes a warning.
///
/// The inner error is the message for the script.
pub fn read(value: &Value, warnings: &mut Vec<String>) -> Result<std::result::Result<Option<Settings>, String>> {
    match value {
        Value::Boolean(false) => Ok(Ok(None)),
        Value::Boolean(true) => Ok(Ok(Some(Settings::default()))),
        Value::Table(table) => read_table(table, warnings),
        other => Ok(Err(format!("compression: boolean or table expected, got {}", show(other)))),
    }
}

fn read_table(table: &Table, warnings: &mut Vec<String>) -> Result<std::result::Result<Option<Settings>, String>> {
    let mut settings = Settings::default();
    for pair in table.pairs::<Value, Value>() {
        let (field, value) = pair?;
        let name = field_name(&field);
        let number = |least: i64, most: i64| {
            whole(&value)
                .filter(|number| (least..=most).contains(number))
                .ok_or_else(|| format!("compression.{name}: integer {least} to {most} expected, got {}", show(&value)))
        };
        let done = match (name.as_str(), &value) {
            ("threshold", _) => number(0, u32::MAX.into()).map(|bytes| settings.threshold = bytes as usize),
            ("level", _) => number(0, 9).map(|level| settings.level = level as u32),
            ("windowBits", _) => {
                let bits = number(MIN_WINDOW_BITS.into(), MAX_WINDOW_BITS.into());
                bits.map(|bits| settings.window_bits = bits as u8)
            }
            ("contextTakeover", Value::Boolean(flag)) => {
                settings.context_takeover = *flag;
                Ok(())
            }
            ("contextTakeover", other) => {
                Err(format!("compression.contextTakeover: boolean expected, got {}", show(other)))
            }
            _ => {
                warnings.push(format!("unknown field \"{name}\" in the compression table"));
                Ok(())
            }
        };
        if let Err(message) = done {
            return Ok(Err(message));
        }
    }
    Ok(Ok(Some(settings)))
}
