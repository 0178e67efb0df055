//! What an expression is, and the notes that are taken of it.

use super::Parser;
use crate::dialect::{
    finding::{Finding, Foreign, LATER_NAMES, WAITS},
    lexer::Token,
    report::{Mention, Requirement, Way},
};

/// What an expression is, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    /// A global, or a local that has its value.
    Global(&'a [u8]),
    /// A field of such a global.
    Field(&'a [u8], &'a [u8]),
    /// Another variable.
    Variable,
    /// `require "NAME"`.
    Module(&'a [u8]),
    /// A call.
    Call,
    /// Anything else.
    Value,
}

impl<'a> Shape<'a> {
    /// Whether it can be assigned to.
    pub fn is_variable(self) -> bool {
        matches!(self, Shape::Global(_) | Shape::Field(..) | Shape::Variable)
    }

    /// The name of the module or global that this is.
    pub fn module_or_global(self) -> Option<&'a [u8]> {
        match self {
            Shape::Global(name) | Shape::Module(name) => Some(name),
            _ => None,
        }
    }

    /// A field of this.
    pub fn field(self, name: &'a [u8]) -> Self {
        match self {
            Shape::Global(b"_G") => Shape::Global(name),
            Shape::Global(table) | Shape::Module(table) => Shape::Field(table, name),
            _ => Shape::Variable,
        }
    }
}

impl<'a> Parser<'a> {
    /// Notes a use of a global or of a field of one; other expressions are of no interest.
    pub(super) fn mention(&mut self, shape: Shape<'a>, line: usize, way: Way) {
        let name = match shape {
            Shape::Global(name) => name.to_vec(),
            Shape::Field(table, field) => [table, b".", field].concat(),
            _ => return,
        };
        if let Ok(text) = std::str::from_utf8(&name) {
            self.note_foreign_name(text, line, way);
        }
        self.report.mentions.push(Mention { name, line, way });
    }

    fn note_foreign_name(&mut self, name: &str, line: usize, way: Way) {
        let what = if way == Way::Called && WAITS.contains(&name) && self.function().is_protected {
            Foreign::WaitInPcall(name.to_owned())
        } else if matches!(way, Way::Called | Way::Read) && (LATER_NAMES.contains(&name) || name.starts_with("utf8.")) {
            Foreign::Name(name.to_owned())
        } else {
            return;
        };
        self.report.findings.push(Finding { line, what });
    }

    /// Notes a call, and returns what it is.
    pub(super) fn note_call(&mut self, callee: Shape<'a>, line: usize, text: Option<&'a [u8]>) -> Shape<'a> {
        self.mention(callee, line, Way::Called);
        match (callee, text) {
            (Shape::Global(b"require"), Some(name)) => {
                self.require(name, false, line);
                return Shape::Module(name);
            }
            (Shape::Global(b"dofile" | b"loadfile"), Some(path)) => self.require(path, true, line),
            (Shape::Global(b"module"), _) => self.report.is_module = true,
            _ => {}
        }
        Shape::Call
    }

    fn require(&mut self, name: &[u8], is_path: bool, line: usize) {
        self.report.requirements.push(Requirement { name: name.to_vec(), is_path, line });
    }

    /// Notes `function a.b.c()` as an assignment.
    pub(super) fn note_definition(&mut self, names: &[Token], is_method: bool) {
        let first = self.lexer.text(&names[0]);
        let Ok(meaning) = self.meaning(&names[0]) else { return };
        let mut shape = match meaning {
            super::scope::Meaning::Global(name) => Shape::Global(name),
            _ => return,
        };
        if names.len() == 1 && self.scope.is_local(first) {
            return;
        }
        for name in &names[1..] {
            shape = shape.field(self.lexer.text(name));
        }
        let way = if is_method { Way::Read } else { Way::Assigned };
        self.mention(shape, names[0].line, way);
    }
}
