//! The firmware's `pack` table: binary records described by a format, as in lpack, in the device's sizes.
//!
//! A format is a row of letters, each with a repeat count perhaps. `<`, `>` and `=` set the byte order from there on:
//! little endian, big endian, the device's own (little). Spaces and commas are ignored.
//!
//! | letter | what | bytes |
//! | --- | --- | --- |
//! | `b` `c` | unsigned, signed | 1 |
//! | `H` `h` | unsigned, signed | 2 |
//! | `I` `i`, `L` `l` | unsigned, signed; `int` and `long` are the same on the device | 4 |
//! | `f` | floating point | 4 |
//! | `d` `n` | floating point | 8 |
//! | `z` | string, then a zero byte | |
//! | `p` `P` `a` | string after its length in 1, 2, 4 bytes | |
//! | `A` | string; its count is its length when unpacking, a repeat count when packing | |

use thiserror::Error;

/// Byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// What a letter means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An integer of this number of bytes.
    Integer { width: usize, is_signed: bool },
    /// A floating-point number of 4 or 8 bytes.
    Float { width: usize },
    /// A string that ends with a zero byte.
    ZeroTerminated,
    /// A string after its length, which has this number of bytes.
    Prefixed { width: usize },
    /// A string without a mark of its length.
    Raw,
}

/// A part of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// So many values of a kind.
    Values(Kind, usize),
    /// The byte order from here on.
    Order(Order),
}

/// A letter that formats do not have.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("bad code '{}' in the format", char::from(*.0).escape_default())]
pub struct BadCode(pub u8);

/// Reads a format item by item.
struct Format<'a>(&'a [u8]);

impl Iterator for Format<'_> {
    type Item = Result<Item, BadCode>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (letter, rest) = self.0.split_first().filter(|(letter, _)| **letter != 0)?;
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let count = match digits {
                0 => 1,
                _ => rest[..digits]
                    .iter()
                    .fold(0usize, |count, digit| count.saturating_mul(10).saturating_add(usize::from(digit - b'0'))),
            };
            self.0 = &rest[digits..];
            let integer = |width, is_signed| Kind::Integer { width, is_signed };
            let kind = match letter {
                b'b' => integer(1, false),
                b'c' => integer(1, true),
                b'H' => integer(2, false),
                b'h' => integer(2, true),
                b'I' | b'L' => integer(4, false),
                b'i' | b'l' => integer(4, true),
                b'f' => Kind::Float { width: 4 },
                b'd' | b'n' => Kind::Float { width: 8 },
                b'z' => Kind::ZeroTerminated,
                b'p' => Kind::Prefixed { width: 1 },
                b'P' => Kind::Prefixed { width: 2 },
                b'a' => Kind::Prefixed { width: 4 },
                b'A' => Kind::Raw,
                b'<' | b'=' if count > 0 => return Some(Ok(Item::Order(Order::Little))),
                b'>' if count > 0 => return Some(Ok(Item::Order(Order::Big))),
                b'<' | b'=' | b'>' | b' ' | b',' => continue,
                letter if count > 0 => return Some(Err(BadCode(*letter))),
                _ => continue,
            };
            return Some(Ok(Item::Values(kind, count)));
        }
    }
}

/// A value to pack: what the format asks for.
pub trait Values {
    /// Why there is no such value.
    type Error: From<BadCode>;

    /// The next value as a number.
    ///
    /// # Errors
    /// It is none, or there is no further value.
    fn number(&mut self) -> Result<Number, Self::Error>;

    /// The next value as a string.
    ///
    /// # Errors
    /// It is none, or there is no further value.
    fn string(&mut self) -> Result<&[u8], Self::Error>;
}

/// A number to pack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole one.
    Integer(i64),
    /// Any.
    Float(f64),
}

impl Number {
    /// Without its fraction; only the lowest bits are packed.
    fn whole(self) -> i64 {
        match self {
            Number::Integer(number) => number,
            Number::Float(number) => number as i64,
        }
    }

    fn float(self) -> f64 {
        match self {
            Number::Integer(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

/// Packs values.
///
/// # Errors
/// The format has an unknown letter, or `values` fails.
pub fn pack<V: Values>(format: &[u8], values: &mut V) -> Result<Vec<u8>, V::Error> {
    let mut out = Vec::new();
    let mut order = Order::Little;
    for item in Format(format) {
        match item? {
            Item::Order(new) => order = new,
            Item::Values(kind, count) => {
                for _ in 0..count {
                    pack_one(&mut out, kind, order, values)?;
                }
            }
        }
    }
    Ok(out)
}

fn pack_one<V: Values>(out: &mut Vec<u8>, kind: Kind, order: Order, values: &mut V) -> Result<(), V::Error> {
    match kind {
        Kind::Integer { width, .. } => put(out, &values.number()?.whole().to_le_bytes()[..width], order),
        Kind::Float { width: 4 } => put(out, &(values.number()?.float() as f32).to_le_bytes(), order),
        Kind::Float { .. } => put(out, &values.number()?.float().to_le_bytes(), order),
        Kind::Raw => out.extend_from_slice(values.string()?),
        Kind::ZeroTerminated => {
            out.extend_from_slice(values.string()?);
            out.push(0);
        }
        Kind::Prefixed { width } => {
            let text = values.string()?;
            put(out, &(text.len() as u64).to_le_bytes()[..width], order);
            out.extend_from_slice(text);
        }
    }
    Ok(())
}

/// Appends bytes, given in little endian.
fn put(out: &mut Vec<u8>, bytes: &[u8], order: Order) {
    let start = out.len();
    out.extend_from_slice(bytes);
    if order == Order::Big {
        out[start..].reverse();
    }
}

/// A value that was unpacked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unpacked<'a> {
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Bytes(&'a [u8]),
}

/// Unpacks as many values as are there, and hands each to `take`. Returns the position, from 0, after the last.
///
/// # Errors
/// The format has an unknown letter before the data ends.
pub fn unpack<'a>(
    data: &'a [u8],
    format: &[u8],
    start: usize,
    mut take: impl FnMut(Unpacked<'a>),
) -> Result<usize, BadCode> {
    let mut reader = Reader { data, next: start, order: Order::Little };
    for item in Format(format) {
        match item? {
            Item::Order(new) => reader.order = new,
            Item::Values(Kind::Raw, length) => match reader.take(length) {
                Some(text) => take(Unpacked::Bytes(text)),
                None => return Ok(reader.next),
            },
            Item::Values(kind, count) => {
                for _ in 0..count {
                    match reader.value(kind) {
                        Some(value) => take(value),
                        None => return Ok(reader.next),
                    }
                }
            }
        }
    }
    Ok(reader.next)
}

/// Data that is unpacked. `next` may lie after its end.
struct Reader<'a> {
    data: &'a [u8],
    next: usize,
    order: Order,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> Option<&'a [u8]> {
        self.data.get(self.next..)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.rest()?.get(..length)?;
        self.next += length;
        Some(taken)
    }

    /// The next value; without one, the reader stays where it is.
    fn value(&mut self, kind: Kind) -> Option<Unpacked<'a>> {
        Some(match kind {
            Kind::Integer { width, is_signed } => {
                let unused = 64 - 8 * width as u32;
                let bits = self.number(width)? << unused;
                Unpacked::Integer(if is_signed { bits.cast_signed() >> unused } else { (bits >> unused) as i64 })
            }
            Kind::Float { width: 4 } => Unpacked::Float(f32::from_bits(self.number(4)? as u32).into()),
            Kind::Float { .. } => Unpacked::Float(f64::from_bits(self.number(8)?)),
            Kind::Raw => return None,
            Kind::ZeroTerminated => {
                let rest = self.rest().filter(|rest| !rest.is_empty())?;
                // A string that the data cuts off counts as terminated, as on the device.
                let length = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
                self.next += length + 1;
                Unpacked::Bytes(&rest[..length])
            }
            Kind::Prefixed { width } => {
                let start = self.next;
                let length = usize::try_from(self.number(width)?).ok();
                let Some(text) = length.and_then(|length| self.take(length)) else {
                    self.next = start;
                    return None;
                };
                Unpacked::Bytes(text)
            }
        })
    }

    /// The next bytes as a number.
    fn number(&mut self, width: usize) -> Option<u64> {
        let order = self.order;
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(self.take(width)?);
        if order == Order::Big {
            bytes[..width].reverse();
        }
        Some(u64::from_le_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct List<'a>(std::slice::Iter<'a, Unpacked<'a>>);

    #[derive(Debug, PartialEq)]
    enum Problem {
        Code(u8),
        Value,
    }

    impl From<BadCode> for Problem {
        fn from(BadCode(code): BadCode) -> Self {
            Problem::Code(code)
        }
    }

    impl Values for List<'_> {
        type Error = Problem;

        fn number(&mut self) -> Result<Number, Problem> {
            match self.0.next() {
                Some(Unpacked::Integer(number)) => Ok(Number::Integer(*number)),
                Some(Unpacked::Float(number)) => Ok(Number::Float(*number)),
                _ => Err(Problem::Value),
            }
        }

        fn string(&mut self) -> Result<&[u8], Problem> {
            match self.0.next() {
                Some(Unpacked::Bytes(text)) => Ok(text),
                _ => Err(Problem::Value),
            }
        }
    }

    fn packed(format: &str, values: &[Unpacked]) -> Result<Vec<u8>, Problem> {
        pack(format.as_bytes(), &mut List(values.iter()))
    }

    fn unpacked<'a>(data: &'a [u8], format: &str) -> (usize, Vec<Unpacked<'a>>) {
        let mut values = Vec::new();
        let next = unpack(data, format.as_bytes(), 0, |value| values.push(value)).unwrap();
        (next, values)
    }

    use Unpacked::{Bytes, Float, Integer};

    #[test]
    fn there_and_back() {
        let values = [Integer(-2), Integer(0xfffe), Float(0.5), Bytes(b"ab"), Bytes(b"cde"), Bytes(b""), Integer(7)];
        for order in ["<", ">", "="] {
            let format = format!("{order}iHdzPpb");
            let data = packed(&format, &values).unwrap();
            assert_eq!(data.len(), 4 + 2 + 8 + 3 + 5 + 1 + 1);
            assert_eq!(unpacked(&data, &format), (data.len(), values.to_vec()));
        }
    }

    #[test]
    fn byte_order() {
        assert_eq!(packed(">H<H", &[Integer(0x1234), Integer(0x1234)]).unwrap(), [0x12, 0x34, 0x34, 0x12]);
        assert_eq!(packed(">a", &[Bytes(b"x")]).unwrap(), [0, 0, 0, 1, b'x']);
    }

    #[test]
    fn numbers_are_cut_to_their_width() {
        assert_eq!(packed("bh", &[Integer(0x1ff), Float(-1.9)]).unwrap(), [0xff, 0xff, 0xff]);
    }

    #[test]
    fn short_data_gives_the_values_that_are_there() {
        assert_eq!(unpacked(&[1, 2, 3], "bH2"), (3, vec![Integer(1), Integer(0x0302)]));
        assert_eq!(unpacked(&[5, b'a'], "p"), (0, vec![]));
        assert_eq!(unpacked(b"ab", "A3"), (0, vec![]));
        assert_eq!(unpacked(b"ab", "A0A2"), (2, vec![Bytes(b""), Bytes(b"ab")]));
    }

    #[test]
    fn unknown_letters() {
        assert_eq!(packed("by", &[Integer(1)]), Err(Problem::Code(b'y')));
        assert_eq!(packed("b2", &[Integer(1)]), Err(Problem::Value));
    }

    #[test]
    fn huge_counts_cost_nothing() {
        assert_eq!(unpacked(b"a", "<99999999999999999999999 99999999999b99999999999").0, 1);
    }
}
