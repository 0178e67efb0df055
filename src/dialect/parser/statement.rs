//! Statements.

use super::{
    Continue, Function, Loop, Outcome, Parser,
    scope::{Meaning, Skipped},
    uses::Shape,
};
use crate::dialect::{
    error::SyntaxError,
    finding::Foreign,
    lexer::{Kind, Token},
    report::Way,
};
use crate::vm::Vm;

impl<'a> Parser<'a> {
    /// Reads statements up to what ends a block.
    pub(super) fn block(&mut self) -> Outcome {
        let locals = self.scope.len();
        self.statements(|_| {})?;
        self.scope.shrink(locals);
        Ok(())
    }

    /// Reads the statements of a block and leaves their locals in scope. `begin` is called before each.
    fn statements(&mut self, begin: impl Fn(&mut Self)) -> Outcome {
        while !self.ends_block() {
            begin(self);
            if self.is("return") {
                return self.return_statement();
            }
            let is_last = self.is_continue()?;
            self.nested(Self::statement)?;
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }

    fn ends_block(&self) -> bool {
        self.token.kind == Kind::End || ["end", "else", "elseif", "until"].iter().any(|word| self.is(word))
    }

    fn statement(&mut self) -> Outcome {
        let line = self.token.line;
        if self.token.kind == Kind::Name {
            match self.text() {
                b"if" => return self.if_statement(line),
                b"while" => return self.while_statement(line),
                b"do" => {
                    self.advance()?;
                    self.block()?;
                    self.expect_close("end", "do", line)?;
                    return self.separator();
                }
                b"for" => return self.for_statement(line),
                b"repeat" => return self.repeat_statement(line),
                b"function" => return self.function_statement(line),
                b"local" => return self.local_statement(),
                b"break" => return self.break_statement(line),
                b"goto" if self.is_goto()? => return self.goto_statement(),
                b"continue" if self.is_continue()? => return self.continue_statement(),
                _ => {}
            }
        } else if self.is(";") {
            self.find(Foreign::EmptyStatement);
            return self.advance();
        } else if self.is("::") {
            self.find(Foreign::Label);
            self.advance()?;
            if !self.is_name() {
                return Err(self.name_expected());
            }
            self.advance()?;
            return self.expect("::");
        }
        self.expression_statement()
    }

    /// Skips a `;` after a statement.
    fn separator(&mut self) -> Outcome {
        self.accept(";").map(drop)
    }

    fn if_statement(&mut self, line: usize) -> Outcome {
        loop {
            self.advance()?;
            self.expression()?;
            self.expect("then")?;
            self.block()?;
            if self.is("elseif") {
                continue;
            }
            if self.accept("else")? {
                self.block()?;
            }
            self.expect_close("end", "if", line)?;
            return self.separator();
        }
    }

    fn while_statement(&mut self, line: usize) -> Outcome {
        self.advance()?;
        self.expression()?;
        self.expect("do")?;
        self.loop_block()?;
        self.expect_close("end", "while", line)?;
        self.separator()
    }

    fn for_statement(&mut self, line: usize) -> Outcome {
        self.advance()?;
        let locals = self.scope.len();
        let mut names = vec![self.name()?];
        if self.accept("=")? {
            self.expression()?;
            self.expect(",")?;
            self.expression()?;
            if self.accept(",")? {
                self.expression()?;
            }
        } else {
            while self.accept(",")? {
                names.push(self.name()?);
            }
            if !self.accept("in")? {
                return Err(self.error("'=' or 'in' expected"));
            }
            self.expressions()?;
        }
        self.expect("do")?;
        for name in &names {
            self.declare(name, None);
        }
        self.loop_block()?;
        self.scope.shrink(locals);
        self.expect_close("end", "for", line)?;
        self.separator()
    }

    /// Reads the body of `while` or `for`.
    fn loop_block(&mut self) -> Outcome {
        let locals = self.scope.len();
        self.loop_body()?;
        self.scope.shrink(locals);
        Ok(())
    }

    /// Reads the body of a loop up to the word that ends it, and leaves its locals in scope.
    fn loop_body(&mut self) -> Outcome<Option<Continue>> {
        self.loop_count += 1;
        let number = self.loop_count;
        self.function().loops.push(Loop { number, ..Loop::default() });
        self.statements(|parser| {
            let place = (parser.token.start, parser.scope.len());
            if let Some(current) = parser.function().loops.last_mut() {
                current.statement = place;
            }
        })?;
        let ended = self.function().loops.pop().unwrap_or_default();
        if let Some(first) = ended.first_continue {
            match self.target {
                Vm::Lua51 => self.wrap_in_loop(&first, &ended),
                Vm::Lua53 => self.put_label(&first, number),
            }
        }
        Ok(ended.first_continue)
    }

    /// A body with `continue` becomes `... do ... end ::label::`, from the statement on that has the first of them: so a
    /// `return` may end it, and the jump enters the scope of no local.
    fn put_label(&mut self, first: &Continue, number: usize) {
        self.edits.insert(first.statement, "do ");
        let label = format!(" end ::{}:: ", self.fresh_name("continue", number));
        self.edits.insert(self.token.start, label);
    }

    /// Without labels it becomes `... repeat ... until true`, of which `continue` is the `break`. The loop's own `break`
    /// says so in a local.
    fn wrap_in_loop(&mut self, first: &Continue, ended: &Loop) {
        let breaks = ended.breaks.iter().filter(|word| word.start >= first.statement);
        let (mut begin, mut end) = (String::from("repeat "), String::from(" until true "));
        if breaks.clone().next().is_some() {
            let flag = self.fresh_name("broken", ended.number);
            for word in breaks {
                self.edits.insert(word.start, format!("{flag} = true "));
            }
            begin.insert_str(0, &format!("local {flag} "));
            end.push_str(&format!("if {flag} then break end "));
        }
        self.edits.insert(first.statement, begin);
        self.edits.insert(self.token.start, end);
    }

    fn repeat_statement(&mut self, line: usize) -> Outcome {
        self.advance()?;
        let locals = self.scope.len();
        let first = self.loop_body()?;
        self.expect_close("until", "repeat", line)?;
        let skipped = first.map(|first| Skipped { first: first.locals, end: self.scope.len(), line: first.line });
        let outer = self.scope.skip(skipped);
        self.expression()?;
        self.scope.skip(outer);
        self.scope.shrink(locals);
        self.separator()
    }

    /// Whether the token is a `continue` that is a statement: it is the last of its block.
    fn is_continue(&mut self) -> Outcome<bool> {
        if !self.is("continue") {
            return Ok(false);
        }
        Ok(match self.peek()? {
            (Kind::Symbol, text) => !matches!(text, b"=" | b"," | b"." | b":" | b"[" | b"(" | b"{"),
            (Kind::String, _) => false,
            _ => true,
        })
    }

    fn continue_statement(&mut self) -> Outcome {
        let place = self.token;
        self.advance()?;
        self.separator()?;
        let Some(current) = self.function().loops.last_mut() else {
            let message = format!("<continue> at line {} not inside a loop", place.line);
            return Err(SyntaxError { line: place.line, message, is_at_end: false });
        };
        let (statement, locals) = current.statement;
        current.first_continue.get_or_insert(Continue { line: place.line, statement, locals });
        let number = current.number;
        let jump = match self.target {
            Vm::Lua51 => "break".into(),
            Vm::Lua53 => format!("goto {}", self.fresh_name("continue", number)),
        };
        self.edits.replace(place.start, place.end, jump);
        Ok(())
    }

    fn break_statement(&mut self, line: usize) -> Outcome {
        let word = self.token;
        self.advance()?;
        let Some(current) = self.function().loops.last_mut() else {
            let error = self.error(&match self.target {
                Vm::Lua51 => "no loop to break".into(),
                Vm::Lua53 => format!("<break> at line {line} not inside a loop"),
            });
            return Err(SyntaxError { is_at_end: false, ..error });
        };
        current.breaks.push(word);
        self.separator()?;
        if !self.ends_block() {
            self.find(Foreign::BreakInside);
        }
        Ok(())
    }

    /// Whether the token is a `goto` that is a statement.
    fn is_goto(&mut self) -> Outcome<bool> {
        let (kind, text) = self.peek()?;
        Ok(kind == Kind::Name && !super::RESERVED.contains(&text))
    }

    fn goto_statement(&mut self) -> Outcome {
        self.find(Foreign::Goto);
        self.advance()?;
        self.advance()?;
        self.separator()
    }

    fn return_statement(&mut self) -> Outcome {
        self.advance()?;
        if !self.ends_block() && !self.is(";") {
            self.expressions()?;
        }
        self.separator()
    }

    fn function_statement(&mut self, line: usize) -> Outcome {
        let keyword = self.token;
        self.advance()?;
        let mut names = vec![self.name()?];
        while self.accept(".")? {
            names.push(self.name()?);
        }
        let method = if self.accept(":")? { Some(self.name()?) } else { None };
        self.note_definition(&names, method.is_some());
        self.rename_definition(&keyword, &names, method.as_ref())?;
        self.function_body(line, method.is_some(), false)?;
        self.separator()
    }

    fn local_statement(&mut self) -> Outcome {
        self.advance()?;
        if self.is("function") {
            let line = self.token.line;
            self.advance()?;
            let name = self.name()?;
            self.declare(&name, None);
            self.function_body(line, false, false)?;
            return self.separator();
        }
        let mut names = vec![self.name()?];
        while self.accept(",")? {
            names.push(self.name()?);
        }
        let mut stands_for = None;
        if self.accept("=")? {
            let shape = self.expression()?;
            let is_single = names.len() == 1 && !self.is(",");
            stands_for = shape.module_or_global().filter(|_| is_single);
            while self.accept(",")? {
                self.expression()?;
            }
        }
        for name in &names {
            self.declare(name, stands_for);
        }
        self.separator()
    }

    /// Reads the parameters and the body of a function. `is_protected`: `pcall` runs it.
    pub(super) fn function_body(&mut self, line: usize, has_self: bool, is_protected: bool) -> Outcome {
        let locals = self.scope.len();
        if has_self {
            self.scope.declare(b"self", None);
        }
        self.expect("(")?;
        let mut is_vararg = false;
        while !self.is(")") {
            if self.accept("...")? {
                is_vararg = true;
                break;
            }
            let name = self.parameter()?;
            self.declare(&name, None);
            if !self.is(")") {
                self.expect(",")?;
                if self.is(")") {
                    return self.parameter().map(drop);
                }
            }
        }
        self.expect(")")?;
        self.functions.push(Function { is_vararg, is_protected, ..Function::default() });
        if is_vararg {
            self.declare_arg();
        }
        self.block()?;
        self.define_arg();
        self.functions.pop();
        self.scope.shrink(locals);
        self.expect_close("end", "function", line)
    }

    /// Expects the name of a parameter.
    fn parameter(&mut self) -> Outcome<Token> {
        if !self.is_name() {
            return Err(self.error("<name> or '...' expected"));
        }
        self.name()
    }

    fn expression_statement(&mut self) -> Outcome {
        let start = self.token.start;
        let (first, line) = (self.suffixed()?, self.before.1);
        self.separate_wrapped_call(start);
        if !self.is("=") && !self.is(",") {
            if first != Shape::Call && !matches!(first, Shape::Module(_)) {
                let is_assigned = self.target == Vm::Lua51 && first.is_variable();
                return Err(self.error(if is_assigned { "'=' expected" } else { "syntax error" }));
            }
            return self.separator();
        }
        self.assign(first, line)?;
        while self.accept(",")? {
            let (target, line) = (self.suffixed()?, self.before.1);
            self.assign(target, line)?;
        }
        self.expect("=")?;
        self.expressions()?;
        self.separator()
    }

    fn assign(&mut self, target: Shape<'a>, line: usize) -> Outcome {
        if !target.is_variable() {
            return Err(self.error("syntax error"));
        }
        self.mention(target, line, Way::Assigned);
        Ok(())
    }

    pub(super) fn declare(&mut self, name: &Token, stands_for: Option<&'a [u8]>) {
        self.rename_local(name);
        self.scope.declare(self.lexer.text(name), stands_for);
    }

    /// What a name means here.
    ///
    /// # Errors
    /// A `continue` can have skipped its initialisation.
    pub(super) fn meaning(&mut self, name: &Token) -> Outcome<Meaning<'a>> {
        let text = self.lexer.text(name);
        self.note_arg(text);
        match self.scope.meaning(text) {
            Meaning::Skipped(line) => Err(SyntaxError {
                line: name.line,
                message: format!(
                    "'until' uses the local '{}', which the 'continue' in line {line} may leave without a value",
                    String::from_utf8_lossy(text)
                ),
                is_at_end: false,
            }),
            meaning => Ok(meaning),
        }
    }

    /// A name that the source does not have.
    pub(super) fn fresh_name(&mut self, stem: &'static str, number: usize) -> String {
        // One search of the source for each stem: a large source has many names.
        let source = self.source;
        let prefix = self.fresh_prefixes.entry(stem).or_insert_with(|| fresh_prefix(source, stem));
        format!("{prefix}{number}")
    }
}

fn fresh_prefix(source: &[u8], stem: &str) -> String {
    let mut prefix = format!("{stem}_");
    while source.windows(prefix.len()).any(|window| window == prefix.as_bytes()) {
        prefix.push('_');
    }
    prefix
}
