//! Words of Lua: what the device's Lua 5.1 and Lua 5.3 know together.

use super::{
    error::SyntaxError,
    finding::{Finding, Foreign},
};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a reserved word.
    Name,
    /// A number.
    Number,
    /// A string in quotes or long brackets.
    String,
    /// An operator, a bracket or punctuation; also a byte that means nothing.
    Symbol,
    /// The end of the source.
    End,
}

/// One word of the source.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// The line in which it ends, from 1.
    pub line: usize,
}

/// Cuts a source into tokens.
#[derive(Debug)]
pub struct Lexer<'a> {
    source: &'a [u8],
    at: usize,
    line: usize,
    /// Places of backslashes before characters that need none, which Lua 5.3 refuses.
    pub odd_escapes: Vec<usize>,
    /// Places of the backslashes of `\xXX`, which Lua 5.1 reads as `xXX`; the last one may lack digits.
    pub hex_escapes: Vec<usize>,
    /// What the device's Lua reads in another way.
    pub findings: Vec<Finding>,
}

/// Symbols of more than one byte, longest first.
const LONG_SYMBOLS: [&[u8]; 10] = [b"...", b"..", b"==", b"<=", b"<<", b">=", b">>", b"~=", b"//", b"::"];

impl<'a> Lexer<'a> {
    /// Begins at the first byte.
    pub fn new(source: &'a [u8]) -> Self {
        Lexer { source, at: 0, line: 1, odd_escapes: Vec::new(), hex_escapes: Vec::new(), findings: Vec::new() }
    }

    /// The bytes of a token.
    pub fn text(&self, token: &Token) -> &'a [u8] {
        &self.source[token.start..token.end]
    }

    /// The next token; at the end of the source always [`Kind::End`].
    ///
    /// # Errors
    /// The bytes form no token, such as a string without end.
    pub fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_blanks()?;
        let start = self.at;
        let Some(&first) = self.source.get(start) else {
            return Ok(Token { kind: Kind::End, start, end: start, line: self.line });
        };
        let kind = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                Kind::Name
            }
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) => self.number()?,
            b'"' | b'\'' => self.quoted(first)?,
            b'[' => match self.long_bracket() {
                Bracket::Level(level) => {
                    self.long(level, "string")?;
                    Kind::String
                }
                Bracket::Broken => {
                    self.skip_while(|byte| byte == b'[' || byte == b'=');
                    return Err(self.error_near("invalid long string delimiter", start));
                }
                Bracket::None => self.symbol(),
            },
            _ => self.symbol(),
        };
        Ok(Token { kind, start, end: self.at, line: self.line })
    }

    fn peek(&self, offset: usize) -> Option<u8> {
        self.source.get(self.at + offset).copied()
    }

    fn skip_while(&mut self, mut accepts: impl FnMut(u8) -> bool) {
        let rest = &self.source[self.at..];
        self.at += rest.iter().position(|&byte| !accepts(byte)).unwrap_or(rest.len());
    }

    /// Skips blanks, line breaks and comments.
    fn skip_blanks(&mut self) -> Result<(), SyntaxError> {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' => self.line_break(),
                b' ' | b'\t' | b'\x0b' | b'\x0c' => self.at += 1,
                b'-' if self.peek(1) == Some(b'-') => {
                    self.at += 2;
                    match self.long_bracket() {
                        Bracket::Level(level) => self.long(level, "comment")?,
                        _ => self.skip_while(|byte| byte != b'\n' && byte != b'\r'),
                    }
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Skips one line break; CR LF and LF CR are one.
    fn line_break(&mut self) {
        let first = self.peek(0);
        self.at += 1;
        if matches!((first, self.peek(0)), (Some(b'\n'), Some(b'\r')) | (Some(b'\r'), Some(b'\n'))) {
            self.at += 1;
        }
        self.line += 1;
    }

    /// Skips a symbol, or text that is no word of Lua, up to the next ASCII character.
    fn symbol(&mut self) -> Kind {
        if self.peek(0).is_some_and(|byte| !byte.is_ascii()) {
            self.skip_while(|byte| !byte.is_ascii());
            return Kind::Symbol;
        }
        let rest = &self.source[self.at..];
        let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(symbol));
        self.at += long.map_or(1, |symbol| symbol.len());
        Kind::Symbol
    }

    /// Looks whether a long bracket opens here.
    fn long_bracket(&self) -> Bracket {
        if self.peek(0) != Some(b'[') {
            return Bracket::None;
        }
        let level = self.source[self.at + 1..].iter().take_while(|&&byte| byte == b'=').count();
        match self.peek(level + 1) {
            Some(b'[') => Bracket::Level(level),
            _ if level == 0 => Bracket::None,
            _ => Bracket::Broken,
        }
    }

    /// Skips a long bracket.
    fn long(&mut self, level: usize, what: &str) -> Result<(), SyntaxError> {
        let first_line = self.line;
        self.at += level + 2;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' => self.line_break(),
                b']' if self.closes(level) => {
                    self.at += level + 2;
                    return Ok(());
                }
                b'[' if level == 0 && self.peek(1) == Some(b'[') => {
                    self.findings.push(Finding { line: self.line, what: Foreign::NestedLongBracket });
                    self.at += 2;
                }
                b'[' | b']' => self.at += 1,
                _ => self.skip_while(|byte| !matches!(byte, b'\n' | b'\r' | b']' | b'[')),
            }
        }
        let message = format!("unfinished long {what} (starting at line {first_line}) near '<eof>'");
        Err(SyntaxError { line: self.line, message, is_at_end: true })
    }

    fn closes(&self, level: usize) -> bool {
        let rest = &self.source[self.at + 1..];
        rest.len() > level && rest[..level].iter().all(|&byte| byte == b'=') && rest[level] == b']'
    }

    fn quoted(&mut self, quote: u8) -> Result<Kind, SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_while(|byte| byte != quote && !matches!(byte, b'\\' | b'\n' | b'\r'));
            match self.peek(0) {
                Some(b'\\') => self.escape(start)?,
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(Kind::String);
                }
                Some(_) => return Err(self.error_near("unfinished string", start)),
                None => {
                    let message = "unfinished string near '<eof>'".into();
                    // No string goes on in the next line.
                    return Err(SyntaxError { line: self.line, message, is_at_end: false });
                }
            }
        }
    }

    /// Skips an escape sequence, from its backslash.
    fn escape(&mut self, start: usize) -> Result<(), SyntaxError> {
        let backslash = self.at;
        self.at += 1;
        let Some(letter) = self.peek(0) else { return Ok(()) };
        match letter {
            b'\n' | b'\r' => self.line_break(),
            b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\' | b'"' | b'\'' => self.at += 1,
            b'0'..=b'9' => self.decimal_escape(start)?,
            b'x' => {
                self.hex_escapes.push(backslash);
                for _ in 0..2 {
                    self.at += 1;
                    if !self.peek(0).is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        self.at += usize::from(self.peek(0).is_some());
                        return Err(self.error_near("hexadecimal digit expected", start));
                    }
                }
                self.at += 1;
            }
            b'z' => {
                self.findings.push(Finding { line: self.line, what: Foreign::Escape('z') });
                self.at += 1;
                while let Some(byte) = self.peek(0) {
                    match byte {
                        b'\n' | b'\r' => self.line_break(),
                        b' ' | b'\t' | b'\x0b' | b'\x0c' => self.at += 1,
                        _ => break,
                    }
                }
            }
            b'u' if self.peek(1) == Some(b'{') => {
                self.findings.push(Finding { line: self.line, what: Foreign::Escape('u') });
                self.code_point(start)?;
            }
            _ => {
                self.odd_escapes.push(backslash);
                self.at += 1;
            }
        }
        Ok(())
    }

    fn decimal_escape(&mut self, start: usize) -> Result<(), SyntaxError> {
        let mut value = 0_u32;
        for _ in 0..3 {
            let Some(digit) = self.peek(0).filter(u8::is_ascii_digit) else { break };
            value = value * 10 + u32::from(digit - b'0');
            self.at += 1;
        }
        if value > 255 {
            self.at += usize::from(self.peek(0).is_some());
            return Err(self.error_near("decimal escape too large", start));
        }
        Ok(())
    }

    /// Skips `u{XXX}`.
    fn code_point(&mut self, start: usize) -> Result<(), SyntaxError> {
        self.at += 2;
        let digits = self.at;
        let mut value = 0_u32;
        while let Some(digit) = self.peek(0).and_then(|byte| char::from(byte).to_digit(16)) {
            value = value.saturating_mul(16).saturating_add(digit);
            self.at += 1;
            if value > 0x10_ffff {
                return Err(self.error_near("UTF-8 value too large", start));
            }
        }
        if self.at == digits {
            return Err(self.error_near("hexadecimal digit expected", start));
        }
        if self.peek(0) != Some(b'}') {
            return Err(self.error_near("missing '}' in \\u{xxxx}", start));
        }
        self.at += 1;
        Ok(())
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        let is_hex = self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X'));
        self.at += if is_hex { 2 } else { 0 };
        while let Some(byte) = self.peek(0) {
            let is_exponent = if is_hex { matches!(byte, b'p' | b'P') } else { matches!(byte, b'e' | b'E') };
            if !is_exponent && !byte.is_ascii_hexdigit() && byte != b'.' {
                break;
            }
            self.at += 1;
            if is_exponent && matches!(self.peek(0), Some(b'+' | b'-')) {
                self.at += 1;
            }
        }
        let text = &self.source[start..self.at];
        if !is_numeral(text, is_hex) {
            return Err(self.error_near("malformed number", start));
        }
        let is_glued = self.peek(0).is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        if is_glued || is_hex && text.iter().any(|byte| matches!(byte, b'.' | b'p' | b'P')) {
            let what = Foreign::Number(String::from_utf8_lossy(text).into_owned());
            self.findings.push(Finding { line: self.line, what });
        }
        Ok(Kind::Number)
    }

    fn error_near(&self, message: &str, start: usize) -> SyntaxError {
        let near = String::from_utf8_lossy(&self.source[start..self.at]);
        SyntaxError { line: self.line, message: format!("{message} near '{near}'"), is_at_end: false }
    }
}

enum Bracket {
    /// No long bracket.
    None,
    /// `[=` without the second `[`.
    Broken,
    /// One with that many `=`.
    Level(usize),
}

/// Whether a text is a number: digits with at most one dot, then perhaps an exponent.
fn is_numeral(text: &[u8], is_hex: bool) -> bool {
    let (text, exponents): (_, &[u8]) = if is_hex { (&text[2..], b"pP") } else { (text, b"eE") };
    let end = text.iter().position(|byte| exponents.contains(byte)).unwrap_or(text.len());
    let (mantissa, exponent) = text.split_at(end);
    let dots = mantissa.iter().filter(|&&byte| byte == b'.').count();
    let are_digits =
        mantissa.iter().all(|byte| *byte == b'.' || byte.is_ascii_digit() || is_hex && byte.is_ascii_hexdigit());
    let digits = match exponent {
        [] => return are_digits && dots <= 1 && mantissa.len() > dots,
        [_, b'+' | b'-', digits @ ..] | [_, digits @ ..] => digits,
    };
    let is_exponent = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    are_digits && dots <= 1 && mantissa.len() > dots && is_exponent
}
