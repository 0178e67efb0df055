//! A parser of Lua's statements that makes no tree: it notes what has to change and what is used.

mod expression;
mod goto_name;
mod implicit_arg;
mod scope;
mod statement;
mod uses;

use rustc_hash::{FxHashMap, FxHashSet};

use self::{implicit_arg::ImplicitArg, scope::Scope};
use super::{
    edits::Edits,
    error::SyntaxError,
    finding::{Finding, Foreign},
    foreign_text,
    lexer::{Kind, Lexer, Token},
    report::Report,
};
use crate::vm::Vm;

/// Most levels of nested statements and expressions, as in Lua.
const MAX_DEPTH: usize = 200;

/// Words that are no names, in 5.1 as in 5.3.
const RESERVED: [&[u8]; 21] = [
    b"and",
    b"break",
    b"do",
    b"else",
    b"elseif",
    b"end",
    b"false",
    b"for",
    b"function",
    b"if",
    b"in",
    b"local",
    b"nil",
    b"not",
    b"or",
    b"repeat",
    b"return",
    b"then",
    b"true",
    b"until",
    b"while",
];

/// What a source was read as.
#[derive(Debug)]
pub struct Parsed {
    /// What makes it a source for the other Lua.
    pub edits: Edits,
    /// What is in it.
    pub report: Report,
}

/// Reads a source.
///
/// # Errors
/// It has an error in its syntax.
pub fn parse(source: &[u8], target: Vm) -> Result<Parsed, SyntaxError> {
    let mut parser = Parser::new(source, target)?;
    parser.functions.push(Function { is_vararg: true, ..Function::default() });
    parser.block()?;
    if parser.token.kind != Kind::End {
        return Err(parser.error("'<eof>' expected"));
    }
    let Parser { lexer, mut edits, mut report, .. } = parser;
    match target {
        Vm::Lua51 => lexer.hex_escapes.iter().for_each(|&backslash| decimal_escape(source, backslash, &mut edits)),
        Vm::Lua53 => {
            lexer.odd_escapes.iter().for_each(|&backslash| edits.replace(backslash, backslash + 1, ""));
        }
    }
    report.findings.extend(lexer.findings);
    report.findings.sort_by_key(|finding| finding.line);
    Ok(Parsed { edits, report })
}

/// Writes `\xXX` with decimal digits.
fn decimal_escape(source: &[u8], backslash: usize, edits: &mut Edits) {
    let digits = backslash + 2..backslash + 4;
    let value = source[digits.clone()].iter().filter_map(|&digit| char::from(digit).to_digit(16));
    let value = value.fold(0, |value, digit| value * 16 + digit);
    edits.replace(backslash, digits.end, format!("\\{value:03}"));
}

type Outcome<T = ()> = Result<T, SyntaxError>;

#[derive(Debug)]
struct Parser<'a> {
    source: &'a [u8],
    target: Vm,
    lexer: Lexer<'a>,
    /// The token that is looked at.
    token: Token,
    /// The one after it, if it has been looked at.
    ahead: Option<Token>,
    /// End of the token before, and its line.
    before: (usize, usize),
    depth: usize,
    scope: Scope<'a>,
    functions: Vec<Function>,
    /// Loops so far, for the names of labels.
    loop_count: usize,
    /// What names begin with that the source does not have, by what they are for.
    fresh_prefixes: FxHashMap<&'static str, String>,
    /// Where calls of a method `goto` begin.
    wrapped_calls: FxHashSet<usize>,
    edits: Edits,
    report: Report,
}

/// A function whose body is being read.
#[derive(Debug, Default)]
struct Function {
    is_vararg: bool,
    /// Its implicit `arg`, if it has one.
    implicit_arg: Option<ImplicitArg>,
    /// Whether `...` occurs in its body.
    uses_dots: bool,
    /// Whether `pcall` runs it.
    is_protected: bool,
    /// Loops around the place that is being read, innermost last.
    loops: Vec<Loop>,
}

/// A loop whose body is being read.
#[derive(Debug, Default)]
struct Loop {
    number: usize,
    /// Where the statement of its body begins that is being read, and the locals in scope there.
    statement: (usize, usize),
    first_continue: Option<Continue>,
    /// The words `break` that end it.
    breaks: Vec<Token>,
}

/// The first `continue` of a loop.
#[derive(Clone, Copy, Debug)]
struct Continue {
    line: usize,
    /// Where the statement of the loop's body begins that it is in.
    statement: usize,
    /// Locals in scope there.
    locals: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a [u8], target: Vm) -> Outcome<Self> {
        let mut lexer = Lexer::new(source);
        let token = lexer.next()?;
        Ok(Parser {
            source,
            target,
            lexer,
            token,
            ahead: None,
            before: (0, 1),
            depth: 0,
            scope: Scope::default(),
            functions: Vec::new(),
            loop_count: 0,
            fresh_prefixes: FxHashMap::default(),
            wrapped_calls: FxHashSet::default(),
            edits: Edits::default(),
            report: Report::default(),
        })
    }

    fn advance(&mut self) -> Outcome {
        self.before = (self.token.end, self.token.line);
        self.token = match self.ahead.take() {
            Some(token) => token,
            None => self.lexer.next()?,
        };
        Ok(())
    }

    fn text(&self) -> &'a [u8] {
        &self.source[self.token.start..self.token.end]
    }

    /// The token after the one that is looked at.
    fn peek(&mut self) -> Outcome<(Kind, &'a [u8])> {
        let token = match self.ahead {
            Some(token) => token,
            None => *self.ahead.insert(self.lexer.next()?),
        };
        Ok((token.kind, &self.source[token.start..token.end]))
    }

    /// Whether the token is this reserved word or symbol.
    fn is(&self, word: &str) -> bool {
        matches!(self.token.kind, Kind::Name | Kind::Symbol) && self.text() == word.as_bytes()
    }

    /// Skips the token if it is this one.
    fn accept(&mut self, word: &str) -> Outcome<bool> {
        let found = self.is(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, word: &str) -> Outcome {
        if self.accept(word)? { Ok(()) } else { Err(self.error(&format!("'{word}' expected"))) }
    }

    /// Expects what closes `opener` of that line.
    fn expect_close(&mut self, word: &str, opener: &str, line: usize) -> Outcome {
        if self.accept(word)? {
            Ok(())
        } else if line == self.token.line {
            Err(self.error(&format!("'{word}' expected")))
        } else {
            Err(self.error(&format!("'{word}' expected (to close '{opener}' at line {line})")))
        }
    }

    /// Whether the token can be a name.
    fn is_name(&self) -> bool {
        self.token.kind == Kind::Name && !RESERVED.contains(&self.text())
    }

    /// Expects a name.
    fn name(&mut self) -> Outcome<Token> {
        if !self.is_name() {
            return Err(self.name_expected());
        }
        self.refuse_continue()?;
        let token = self.token;
        self.advance()?;
        Ok(token)
    }

    /// Looks at `continue` where a name stands: a reserved word on the device.
    fn refuse_continue(&mut self) -> Outcome {
        if self.is("continue") {
            if self.target == Vm::Lua51 {
                return Err(self.name_expected());
            }
            self.find(Foreign::ContinueAsName);
        }
        Ok(())
    }

    fn find(&mut self, what: Foreign) {
        self.report.findings.push(Finding { line: self.token.line, what });
    }

    fn name_expected(&self) -> SyntaxError {
        self.error(match self.target {
            Vm::Lua51 => "'<name>' expected",
            Vm::Lua53 => "<name> expected",
        })
    }

    /// An error at the token, in the words of the Lua that the source is made for.
    fn error(&self, message: &str) -> SyntaxError {
        let near = match self.token.kind {
            Kind::End if self.target == Vm::Lua51 => "'<eof>'".into(),
            Kind::End => "<eof>".into(),
            _ if foreign_text::is_foreign(self.text()) => foreign_text::explain(self.text()),
            _ => format!("'{}'", String::from_utf8_lossy(self.text())),
        };
        let is_at_end = self.token.kind == Kind::End;
        SyntaxError { line: self.token.line, message: format!("{message} near {near}"), is_at_end }
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(&format!("too many C levels (limit is {MAX_DEPTH})")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn function(&mut self) -> &mut Function {
        self.functions.last_mut().expect("the main chunk is a function")
    }
}
