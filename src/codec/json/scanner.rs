//! A JSON text, token by token.

use super::{error::Error, number, string};

/// The bytes of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// A part of the JSON text.
    Plain {
        /// Its first byte, from 0.
        start: usize,
        /// Bytes.
        length: usize,
    },
    /// A part of [`Tape::unescaped`](super::Tape::unescaped).
    Unescaped {
        /// Its first byte, from 0.
        start: usize,
        /// Bytes.
        length: usize,
    },
}

/// A token, with what it carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Text(Text),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    /// The end of the text, or a zero byte.
    End,
    /// No token, and why.
    Wrong(&'static str),
}

impl Token {
    /// What lua-cjson calls it in messages.
    fn name(self) -> &'static str {
        match self {
            Token::ObjectBegin => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayBegin => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::Text(_) => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::End => "T_END",
            Token::Wrong(why) => why,
        }
    }
}

/// Reads tokens.
pub struct Scanner<'a> {
    text: &'a [u8],
    /// Where strings with escapes are put.
    unescaped: &'a mut Vec<u8>,
    accepts_invalid_numbers: bool,
    /// Of the next byte, from 0.
    next: usize,
    /// Of the last token, or of what is wrong in it, from 0.
    start: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a [u8], unescaped: &'a mut Vec<u8>, accepts_invalid_numbers: bool) -> Self {
        Scanner { text, unescaped, accepts_invalid_numbers, next: 0, start: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        self.next
    }

    /// The error that the last token is not what was expected.
    pub fn unexpected(&self, expected: &'static str, token: Token) -> Error {
        Error::Unexpected { expected, found: token.name(), position: self.start + 1 }
    }

    /// A byte of the text; 0 after its end.
    fn byte(&self, position: usize) -> u8 {
        self.text.get(position).copied().unwrap_or(0)
    }

    /// The next token. The scanner does not move on from the end or from what is no token.
    #[inline]
    pub fn token(&mut self) -> Token {
        while let b' ' | b'\t' | b'\n' | b'\r' = self.byte(self.next) {
            self.next += 1;
        }
        self.start = self.next;
        let token = match self.byte(self.next) {
            b'"' => return self.string(),
            b'-' | b'0'..=b'9' => return self.number(),
            b'{' => Token::ObjectBegin,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayBegin,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            0 => return Token::End,
            _ => return self.word(),
        };
        self.next += 1;
        token
    }

    fn word(&mut self) -> Token {
        let rest = &self.text[self.next..];
        for (word, token) in
            [(&b"true"[..], Token::Boolean(true)), (b"false", Token::Boolean(false)), (b"null", Token::Null)]
        {
            if rest.starts_with(word) {
                self.next += word.len();
                return token;
            }
        }
        if self.accepts_invalid_numbers && number::is_invalid(rest) {
            return self.number();
        }
        Token::Wrong("invalid token")
    }

    fn number(&mut self) -> Token {
        let rest = &self.text[self.next..];
        let read = if self.accepts_invalid_numbers || !number::is_invalid(rest) { number::read(rest) } else { None };
        match read {
            Some((number, length)) => {
                self.next += length;
                Token::Number(number)
            }
            None => Token::Wrong("invalid number"),
        }
    }

    fn string(&mut self) -> Token {
        let start = self.next + 1;
        let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0);
        let length = self.text[start..].iter().position(special).unwrap_or(self.text.len() - start);
        self.next = start + length;
        match self.byte(self.next) {
            b'"' => {
                self.next += 1;
                Token::Text(Text::Plain { start, length })
            }
            b'\\' => self.string_with_escapes(start),
            _ => self.wrong("unexpected end of string"),
        }
    }

    /// The rest of a string, from its first backslash on.
    fn string_with_escapes(&mut self, start: usize) -> Token {
        /// Bytes after an escape that are taken one by one, as the next escape is near mostly; then a run is copied.
        const FEW: usize = 16;
        let (text, out) = (self.text, &mut *self.unescaped);
        let begin = out.len();
        out.extend_from_slice(&text[start..self.next]);
        let mut single = FEW;
        loop {
            match text.get(self.next) {
                Some(b'"') => {
                    self.next += 1;
                    return Token::Text(Text::Unescaped { start: begin, length: out.len() - begin });
                }
                Some(b'\\') => match string::unescape(out, &text[self.next..]) {
                    Ok(length) => {
                        self.next += length;
                        single = FEW;
                    }
                    Err(problem) => return self.wrong(problem.text()),
                },
                None | Some(0) => return self.wrong("unexpected end of string"),
                Some(byte) if single > 0 => {
                    out.push(*byte);
                    self.next += 1;
                    single -= 1;
                }
                Some(_) => {
                    let rest = &text[self.next..];
                    let run = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0)).unwrap_or(rest.len());
                    out.extend_from_slice(&rest[..run]);
                    self.next += run;
                }
            }
        }
    }

    /// What is wrong at the next byte.
    fn wrong(&mut self, why: &'static str) -> Token {
        self.start = self.next;
        Token::Wrong(why)
    }
}
