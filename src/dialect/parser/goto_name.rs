//! `goto` as a name, which Lua 5.3 refuses: a local gets another name, a global or a field is written as
//! `_ENV["goto"]` or `t["goto"]`.

use super::{Outcome, Parser};
use crate::dialect::lexer::{Kind, Token};
use crate::vm::Vm;

const GOTO: &[u8] = b"goto";

impl Parser<'_> {
    fn is_goto_name(&self, name: &Token) -> bool {
        self.target == Vm::Lua53 && self.lexer.text(name) == GOTO
    }

    /// Renames a local where it is declared.
    pub(super) fn rename_local(&mut self, name: &Token) {
        if self.is_goto_name(name) {
            let other = self.fresh_name("goto", 1);
            self.edits.replace(name.start, name.end, other);
        }
    }

    /// Renames a variable where it is used.
    pub(super) fn rename_variable(&mut self, name: &Token) {
        if self.is_goto_name(name) {
            if self.scope.is_local(GOTO) {
                self.rename_local(name);
            } else {
                self.edits.replace(name.start, name.end, "_ENV[\"goto\"]");
            }
        }
    }

    /// Rewrites `.goto`; `dot` is where the dot is.
    pub(super) fn rename_field(&mut self, dot: usize, name: &Token) {
        if self.is_goto_name(name) {
            self.edits.replace(dot, name.end, "[\"goto\"]");
        }
    }

    /// Rewrites `{ goto = ... }`.
    pub(super) fn rename_key(&mut self, name: &Token) {
        if self.is_goto_name(name) {
            self.edits.replace(name.start, name.end, "[\"goto\"]");
        }
    }

    /// Rewrites `function a.goto()` to `a["goto"] = function()`.
    ///
    /// # Errors
    /// What the lexer finds.
    pub(super) fn rename_definition(&mut self, keyword: &Token, names: &[Token], method: Option<&Token>) -> Outcome {
        let is_concerned = names.iter().chain(method).any(|name| self.is_goto_name(name));
        if !is_concerned {
            return Ok(());
        }
        self.edits.replace(keyword.start, keyword.end, "");
        self.rename_variable(&names[0]);
        let mut end = names[0].end;
        for name in names[1..].iter().chain(method) {
            let text = String::from_utf8_lossy(self.lexer.text(name)).into_owned();
            self.edits.replace(end, name.end, format!("[\"{text}\"]"));
            end = name.end;
        }
        self.edits.insert(end, " = function");
        if method.is_some() {
            // Behind the parenthesis that begins the parameters.
            let parameters = if self.has_empty_list()? { "self" } else { "self, " };
            self.edits.insert(self.token.end, parameters);
        }
        Ok(())
    }

    /// Whether the parenthesis that is looked at closes again at once.
    fn has_empty_list(&mut self) -> Outcome<bool> {
        Ok(self.is("(") && self.peek()? == (Kind::Symbol, b")"))
    }

    /// Rewrites `object:goto(...)` to a call of a function that calls the method: `object` must be evaluated
    /// once. `start` is where `object` begins, `colon` where the colon is. The answer is whether `)` has to follow the
    /// argument, which has no parentheses.
    ///
    /// # Errors
    /// What the lexer finds.
    pub(super) fn rename_method(&mut self, start: usize, colon: usize, name: &Token) -> Outcome<bool> {
        if !self.is_goto_name(name) {
            return Ok(false);
        }
        self.edits.insert(start, "(function(o, ...) return o[\"goto\"](o, ...) end)(");
        self.wrapped_calls.insert(start);
        if !self.is("(") {
            self.edits.replace(colon, name.end, ", ");
            return Ok(true);
        }
        self.edits.replace(colon, name.end, "");
        let has_none = self.has_empty_list()?;
        let comma = if has_none { "" } else { ", " };
        self.edits.replace(self.token.start, self.token.end, comma);
        Ok(false)
    }

    /// A statement that begins with such a call must not continue the one before.
    pub(super) fn separate_wrapped_call(&mut self, start: usize) {
        if self.wrapped_calls.contains(&start) {
            self.edits.insert(start, ";");
        }
    }
}
