//! Expressions. Operators have no precedence here: what they bind to is of no interest.

use super::{Outcome, Parser, scope::Meaning, uses::Shape};
use crate::dialect::{
    finding::Foreign,
    lexer::{Kind, Token},
    report::Way,
    scan,
};

/// Operators between two operands, but those that only Lua 5.3 has.
const BINARY: [&[u8]; 15] =
    [b"+", b"-", b"*", b"/", b"%", b"^", b"..", b"==", b"~=", b"<", b"<=", b">", b">=", b"and", b"or"];

impl<'a> Parser<'a> {
    /// Reads expressions separated by commas.
    pub(super) fn expressions(&mut self) -> Outcome {
        self.expression()?;
        while self.accept(",")? {
            self.expression()?;
        }
        Ok(())
    }

    /// Reads an expression.
    pub(super) fn expression(&mut self) -> Outcome<Shape<'a>> {
        self.nested(|parser| parser.operands(false))
    }

    /// Reads operands and the operators between them. `is_protected`: if the first is a function, `pcall` runs
    /// it.
    fn operands(&mut self, is_protected: bool) -> Outcome<Shape<'a>> {
        let mut shape = self.operand(is_protected)?;
        while self.is_binary() {
            self.advance()?;
            self.operand(false)?;
            shape = Shape::Value;
        }
        Ok(shape)
    }

    fn is_binary(&mut self) -> bool {
        match self.token.kind {
            Kind::Name | Kind::Symbol if BINARY.contains(&self.text()) => true,
            Kind::Symbol if scan::is_foreign(self.text()) => {
                self.note_operator();
                true
            }
            _ => false,
        }
    }

    fn note_operator(&mut self) {
        let operator = String::from_utf8_lossy(self.text()).into_owned();
        self.find(Foreign::Operator(operator));
    }

    /// Reads an operand with the operators in front of it, and notes its use.
    fn operand(&mut self, is_protected: bool) -> Outcome<Shape<'a>> {
        let (mut is_tested, mut has_operator) = (false, false);
        while ["not", "-", "#", "~"].iter().any(|operator| self.is(operator)) {
            has_operator = true;
            is_tested |= self.is("not");
            if self.is("~") {
                self.note_operator();
            }
            self.advance()?;
        }
        let line = self.token.line;
        let shape = self.simple(is_protected)?;
        is_tested |= ["and", "or", "then", "==", "~="].iter().any(|word| self.is(word));
        self.mention(shape, line, if is_tested { Way::Tested } else { Way::Read });
        Ok(if has_operator { Shape::Value } else { shape })
    }

    fn simple(&mut self, is_protected: bool) -> Outcome<Shape<'a>> {
        match self.token.kind {
            Kind::Number | Kind::String => self.advance()?,
            Kind::Name if matches!(self.text(), b"nil" | b"true" | b"false") => self.advance()?,
            Kind::Name if self.is("function") => {
                let line = self.token.line;
                self.advance()?;
                self.function_body(line, false, is_protected)?;
            }
            Kind::Symbol if self.is("...") => {
                if !self.function().is_vararg {
                    return Err(self.error("cannot use '...' outside a vararg function"));
                }
                self.function().uses_dots = true;
                self.advance()?;
            }
            Kind::Symbol if self.is("{") => self.table()?,
            _ => return self.suffixed(),
        }
        Ok(Shape::Value)
    }

    fn table(&mut self) -> Outcome {
        let line = self.token.line;
        self.expect("{")?;
        while !self.is("}") {
            if self.is("[") {
                self.advance()?;
                self.expression()?;
                self.expect("]")?;
                self.expect("=")?;
                self.expression()?;
            } else if self.token.kind == Kind::Name && self.peek()? == (Kind::Symbol, b"=") {
                let name = self.name()?;
                self.rename_key(&name);
                self.expect("=")?;
                self.expression()?;
            } else {
                self.expression()?;
            }
            if !self.accept(",")? && !self.accept(";")? {
                break;
            }
        }
        self.expect_close("}", "{", line)
    }

    /// Reads a variable or a call: a name or a parenthesis and what follows it. The use of what it is in the
    /// end is not noted yet.
    pub(super) fn suffixed(&mut self) -> Outcome<Shape<'a>> {
        let start = self.token.start;
        let mut line = self.token.line;
        let mut shape = self.primary()?;
        loop {
            if self.is(".") {
                let dot = self.token.start;
                self.advance()?;
                line = self.token.line;
                let name = self.name()?;
                self.rename_field(dot, &name);
                if matches!(shape, Shape::Field(..)) {
                    self.mention(shape, line, Way::Read);
                }
                shape = shape.field(self.lexer.text(&name));
            } else if self.is("[") {
                self.advance()?;
                self.mention(shape, line, Way::Read);
                self.expression()?;
                self.expect("]")?;
                shape = Shape::Variable;
            } else if self.is(":") {
                self.method_call(start, shape)?;
                shape = Shape::Call;
            } else if self.begins_arguments() {
                let protects = matches!(shape, Shape::Global(b"pcall" | b"xpcall"));
                let text = self.arguments(protects)?;
                shape = self.note_call(shape, line, text);
            } else {
                return Ok(shape);
            }
        }
    }

    fn primary(&mut self) -> Outcome<Shape<'a>> {
        let line = self.token.line;
        if self.is_name() {
            let name = self.name()?;
            return self.variable(&name);
        }
        if self.accept("(")? {
            self.expression()?;
            self.expect_close(")", "(", line)?;
            return Ok(Shape::Value);
        }
        Err(self.error("unexpected symbol"))
    }

    fn variable(&mut self, name: &Token) -> Outcome<Shape<'a>> {
        let meaning = self.meaning(name)?;
        self.rename_variable(name);
        Ok(match meaning {
            Meaning::Global(global) => Shape::Global(global),
            Meaning::Local | Meaning::Skipped(_) => Shape::Variable,
        })
    }

    fn method_call(&mut self, start: usize, object: Shape<'a>) -> Outcome {
        let (colon, line) = (self.token.start, self.token.line);
        self.advance()?;
        let name = self.name()?;
        if !self.begins_arguments() {
            return Err(self.error("function arguments expected"));
        }
        self.mention(object, line, Way::Read);
        let needs_end = self.rename_method(start, colon, &name)?;
        self.arguments(false)?;
        if needs_end {
            self.edits.insert(self.before.0, ")");
        }
        Ok(())
    }

    fn begins_arguments(&self) -> bool {
        self.token.kind == Kind::String || self.is("(") || self.is("{")
    }

    /// Reads the arguments of a call. If the only one is a literal string, the answer is its text.
    fn arguments(&mut self, protects: bool) -> Outcome<Option<&'a [u8]>> {
        if self.token.kind == Kind::String {
            let text = literal(self.text());
            self.advance()?;
            return Ok(Some(text));
        }
        if self.is("{") {
            return self.table().map(|()| None);
        }
        let line = self.token.line;
        if line != self.before.1 {
            self.find(Foreign::AmbiguousCall);
        }
        self.advance()?;
        if self.accept(")")? {
            return Ok(None);
        }
        let first = self.token;
        self.nested(|parser| parser.operands(protects))?;
        let is_literal = first.kind == Kind::String && self.before.0 == first.end && self.is(")");
        while self.accept(",")? {
            self.expression()?;
        }
        self.expect_close(")", "(", line)?;
        Ok(is_literal.then(|| literal(self.lexer.text(&first))))
    }
}

/// What is between the quotes or brackets of a string, with its escape sequences as they are.
fn literal(text: &[u8]) -> &[u8] {
    let edge = if text.starts_with(b"[") { 2 + text[1..].iter().take_while(|&&byte| byte == b'=').count() } else { 1 };
    &text[edge..text.len() - edge]
}
