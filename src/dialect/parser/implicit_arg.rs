//! `arg` of functions with `...`: on the device a local that holds the further arguments and, as `n`, how many they
//! are. It is nil where the function itself uses `...`.

use super::Parser;
use crate::vm::Vm;

/// The method of texts that makes the table; a method, because globals may be out of a function's reach.
pub const COLLECT: &str = "luatos_arguments";

/// The local `arg` that a function has without saying so.
#[derive(Clone, Copy, Debug)]
pub struct ImplicitArg {
    /// Which of the locals in scope it is.
    local: usize,
    /// Where the function's body begins.
    body: usize,
    is_used: bool,
}

impl Parser<'_> {
    /// Brings `arg` into scope, in front of the body of a function with `...`.
    pub(super) fn declare_arg(&mut self) {
        let (local, body) = (self.scope.len(), self.before.0);
        self.scope.declare(b"arg", None);
        self.function().implicit_arg = Some(ImplicitArg { local, body, is_used: false });
    }

    /// Notes that a name is used, which may mean the `arg` of a function around.
    pub(super) fn note_arg(&mut self, name: &[u8]) {
        if name != b"arg" {
            return;
        }
        let Some(meant) = self.scope.index(name) else { return };
        let implicit = self.functions.iter_mut().filter_map(|function| function.implicit_arg.as_mut());
        for arg in implicit.filter(|arg| arg.local == meant) {
            arg.is_used = true;
        }
    }

    /// At the end of a function, gives it the `arg` that it uses.
    pub(super) fn define_arg(&mut self) {
        if self.target == Vm::Lua51 {
            return;
        }
        let function = self.function();
        let uses_dots = function.uses_dots;
        let Some(arg) = function.implicit_arg.filter(|arg| arg.is_used) else { return };
        let text = if uses_dots { " local arg;".into() } else { format!(" local arg=(\"\"):{COLLECT}(...);") };
        self.edits.insert(arg.body, text);
    }
}
