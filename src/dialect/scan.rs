//! The quick look that every source gets.

use super::{
    finding::{Finding, Foreign},
    foreign_text,
    lexer::{Kind, Lexer},
};
use crate::vm::Vm;

/// What a scan has seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Something in the source may have to change: `continue`, an escape sequence; for Lua 5.3 also `goto`, or `arg` where
    /// there are functions with `...`. Or it has text that is no word of Lua.
    pub needs_change: bool,
    /// The first operator that only Lua 5.3 has.
    pub foreign: Option<Finding>,
}

/// Goes through the words of a source until it needs a change. An error in a word ends the scan: Lua reports
/// it.
pub fn scan(source: &[u8], target: Vm) -> Seen {
    let mut seen = Seen::default();
    let (mut has_continue, mut has_goto, mut has_arg, mut has_dots) = (false, false, false, false);
    let mut has_foreign_text = false;
    let mut lexer = Lexer::new(source);
    while let Ok(token) = lexer.next() {
        match token.kind {
            Kind::Name => {
                let word = lexer.text(&token);
                has_continue |= word == b"continue";
                has_goto |= word == b"goto";
                has_arg |= word == b"arg";
            }
            Kind::Symbol if lexer.text(&token) == b"..." => has_dots = true,
            // An error in any case: the parser's has a hint, unless another one comes first.
            Kind::Symbol if foreign_text::is_foreign(lexer.text(&token)) => has_foreign_text = true,
            Kind::Symbol if seen.foreign.is_none() && is_foreign(lexer.text(&token)) => {
                let operator = String::from_utf8_lossy(lexer.text(&token)).into_owned();
                seen.foreign = Some(Finding { line: token.line, what: Foreign::Operator(operator) });
            }
            Kind::Symbol | Kind::Number | Kind::String => {}
            Kind::End => break,
        }
    }
    seen.needs_change = has_foreign_text
        || match target {
            Vm::Lua51 => has_continue || !lexer.hex_escapes.is_empty(),
            Vm::Lua53 => has_continue || has_goto || !lexer.odd_escapes.is_empty() || has_arg && has_dots,
        };
    seen
}

/// Whether only Lua 5.3 has this operator.
pub fn is_foreign(symbol: &[u8]) -> bool {
    matches!(symbol, b"//" | b"&" | b"|" | b"~" | b"<<" | b">>")
}
