//! The values of a JSON text in their order, as a list from which they can be made in one go.

use super::{
    error::Error,
    scanner::{Scanner, Text, Token},
    settings::Settings,
};

/// One step in making the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A whole number that a double holds exactly, but not minus zero.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(Text),
    /// The key of the next value.
    Key(Text),
    /// An object begins; with its number of members.
    Object(u32),
    /// An array begins; with its number of elements.
    Array(u32),
    /// The innermost object or array ends.
    End,
}

/// An open container.
#[derive(Clone, Copy, Debug)]
struct Container {
    is_array: bool,
    /// Where the tape says that it begins.
    op: usize,
    /// Values so far.
    count: u32,
}

/// The list, reusable.
#[derive(Debug, Default)]
pub struct Tape {
    ops: Vec<Op>,
    unescaped: Vec<u8>,
    open: Vec<Container>,
    depth: usize,
}

impl Tape {
    /// The steps.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// What [`Text::Unescaped`] is a part of.
    pub fn unescaped(&self) -> &[u8] {
        &self.unescaped
    }

    /// How many containers are open at most.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Gives memory back, except for so much as is worth keeping.
    pub fn shrink(&mut self) {
        const KEPT: usize = 16 * 1024;
        if self.ops.capacity() > KEPT / size_of::<Op>() {
            self.ops = Vec::new();
        }
        if self.unescaped.capacity() > KEPT {
            self.unescaped = Vec::new();
        }
        if self.open.capacity() > KEPT / size_of::<Container>() {
            self.open = Vec::new();
        }
    }

    /// Reads a text. What was read before is forgotten.
    ///
    /// # Errors
    /// The first thing that is wrong in the text.
    pub fn read(&mut self, text: &[u8], settings: &Settings) -> Result<(), Error> {
        self.ops.clear();
        self.unescaped.clear();
        self.open.clear();
        self.depth = 0;
        if text.len() >= 2 && text[..2].contains(&0) {
            return Err(Error::WideText);
        }
        let scanner = Scanner::new(text, &mut self.unescaped, settings.decode_invalid_numbers);
        let max_depth = usize::try_from(settings.decode_max_depth).unwrap_or(0);
        let mut reader = Reader { scanner, ops: &mut self.ops, open: &mut self.open, depth: 0, max_depth };
        reader.read()?;
        self.depth = reader.depth;
        Ok(())
    }
}

/// Reads one text into the parts of a tape. Nesting costs no stack.
struct Reader<'a> {
    scanner: Scanner<'a>,
    ops: &'a mut Vec<Op>,
    open: &'a mut Vec<Container>,
    depth: usize,
    max_depth: usize,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Error> {
        let mut token = self.scanner.token();
        loop {
            match self.begin(token)? {
                Begun::Scalar => {}
                Begun::Array => {
                    token = self.scanner.token();
                    if token != Token::ArrayEnd {
                        continue;
                    }
                    self.close();
                }
                Begun::Object => {
                    token = self.scanner.token();
                    if token != Token::ObjectEnd {
                        token = self.key(token)?;
                        continue;
                    }
                    self.close();
                }
            }
            match self.after_value()? {
                Some(first) => token = first,
                None => return Ok(()),
            }
        }
    }

    /// A value begins with a token.
    #[inline]
    fn begin(&mut self, token: Token) -> Result<Begun, Error> {
        self.ops.push(match token {
            Token::Text(text) => Op::String(text),
            Token::Number(number) => number_op(number),
            Token::Boolean(value) => Op::Boolean(value),
            Token::Null => Op::Null,
            Token::ArrayBegin => return self.open(true),
            Token::ObjectBegin => return self.open(false),
            _ => return Err(self.scanner.unexpected("value", token)),
        });
        Ok(Begun::Scalar)
    }

    fn open(&mut self, is_array: bool) -> Result<Begun, Error> {
        if self.open.len() >= self.max_depth {
            return Err(Error::TooDeep { depth: self.open.len() + 1, position: self.scanner.position() });
        }
        self.open.push(Container { is_array, op: self.ops.len(), count: 0 });
        self.depth = self.depth.max(self.open.len());
        // Completed by `close`.
        self.ops.push(Op::End);
        Ok(if is_array { Begun::Array } else { Begun::Object })
    }

    /// Ends the innermost container.
    fn close(&mut self) {
        if let Some(Container { is_array, op, count }) = self.open.pop() {
            self.ops[op] = if is_array { Op::Array(count) } else { Op::Object(count) };
            self.ops.push(Op::End);
        }
    }

    /// Reads a key, whose token this is, and the colon. Returns the first token of the value.
    #[inline]
    fn key(&mut self, token: Token) -> Result<Token, Error> {
        let Token::Text(key) = token else {
            return Err(self.scanner.unexpected("object key string", token));
        };
        self.ops.push(Op::Key(key));
        match self.scanner.token() {
            Token::Colon => Ok(self.scanner.token()),
            other => Err(self.scanner.unexpected("colon", other)),
        }
    }

    /// A value is complete, and with it, perhaps, containers around it. Returns the first token of the next value, or
    /// nothing at the end of the text.
    #[inline]
    fn after_value(&mut self) -> Result<Option<Token>, Error> {
        loop {
            let Some(container) = self.open.last_mut() else {
                return match self.scanner.token() {
                    Token::End => Ok(None),
                    other => Err(self.scanner.unexpected("the end", other)),
                };
            };
            container.count = container.count.saturating_add(1);
            let is_array = container.is_array;
            match (self.scanner.token(), is_array) {
                (Token::Comma, true) => return Ok(Some(self.scanner.token())),
                (Token::Comma, false) => {
                    let token = self.scanner.token();
                    return self.key(token).map(Some);
                }
                (Token::ArrayEnd, true) | (Token::ObjectEnd, false) => self.close(),
                (other, true) => return Err(self.scanner.unexpected("comma or array end", other)),
                (other, false) => return Err(self.scanner.unexpected("comma or object end", other)),
            }
        }
    }
}

/// What a token has begun.
enum Begun {
    /// A value that is complete.
    Scalar,
    Array,
    Object,
}

/// A number as an integer where it is one: the device prints `5` for both `5` and `5.0`.
fn number_op(number: f64) -> Op {
    /// Beyond it not every integer is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_minus_zero = number == 0.0 && number.is_sign_negative();
    if number.fract() == 0.0 && number.abs() <= EXACT && !is_minus_zero {
        Op::Integer(number as i64)
    } else {
        Op::Float(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Op>, String> {
        let mut tape = Tape::default();
        tape.read(text.as_bytes(), &Settings::default()).map_err(|error| error.to_string())?;
        Ok(tape.ops)
    }

    #[test]
    fn values_in_their_order_and_sizes() {
        let key = |start| Op::Key(Text::Plain { start, length: 1 });
        assert_eq!(
            read(r#"{"a":[1, 2.5,{}],"b":null}"#).unwrap(),
            [
                Op::Object(2),
                key(2),
                Op::Array(3),
                Op::Integer(1),
                Op::Float(2.5),
                Op::Object(0),
                Op::End,
                Op::End,
                key(18),
                Op::Null,
                Op::End,
            ]
        );
    }

    #[test]
    fn escapes() {
        let mut tape = Tape::default();
        tape.read(br#"["a\n\/\u00e9\ud83d\ude00z"]"#, &Settings::default()).unwrap();
        assert_eq!(tape.unescaped(), "a\n/é😀z".as_bytes());
    }

    #[test]
    fn errors_name_what_and_where() {
        for (text, error) in [
            ("", "Expected value but found T_END at character 1"),
            ("{a", "Expected object key string but found invalid token at character 2"),
            (r#"{"a" 1"#, "Expected colon but found T_NUMBER at character 6"),
            (r#"{"a":1 "#, "Expected comma or object end but found T_END at character 8"),
            ("[1 2]", "Expected comma or array end but found T_NUMBER at character 4"),
            ("[1,]", "Expected value but found T_ARR_END at character 4"),
            ("1 2", "Expected the end but found T_NUMBER at character 3"),
            (r#""\ud800""#, "Expected value but found invalid unicode escape code at character 2"),
            (r#""a\q""#, "Expected value but found invalid escape code at character 3"),
            (r#""abc"#, "Expected value but found unexpected end of string at character 5"),
            ("-", "Expected value but found invalid number at character 1"),
            ("\0 1", "JSON parser does not support UTF-16 or UTF-32"),
        ] {
            assert_eq!(read(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(read(&("[".repeat(1000) + &"]".repeat(1000))).is_ok());
        assert_eq!(
            read(&"[".repeat(1001)).unwrap_err(),
            "Found too many nested data structures (1001) at character 1001"
        );
    }
}
