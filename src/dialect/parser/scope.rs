//! Local variables in scope.

/// What a name means at a place of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// A global, or a local that was initialised with one or with a module: its name.
    Global(&'a [u8]),
    /// A local whose value is not known.
    Local,
    /// A local whose initialisation a `continue` can have skipped, in that line.
    Skipped(usize),
}

#[derive(Debug)]
struct Local<'a> {
    name: &'a [u8],
    /// The global or module that it was initialised with.
    stands_for: Option<&'a [u8]>,
}

/// The locals in scope, innermost last.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    locals: Vec<Local<'a>>,
    /// Within the condition of `until`.
    skipped: Option<Skipped>,
}

/// Locals that a `continue` can have skipped.
#[derive(Clone, Copy, Debug)]
pub struct Skipped {
    /// The first of them.
    pub first: usize,
    /// The local after the last of them.
    pub end: usize,
    /// The line of the `continue`.
    pub line: usize,
}

impl<'a> Scope<'a> {
    /// How many locals are in scope.
    pub fn len(&self) -> usize {
        self.locals.len()
    }

    /// Ends the scope of all locals but the first `count`.
    pub fn shrink(&mut self, count: usize) {
        self.locals.truncate(count);
    }

    /// A local comes into scope.
    pub fn declare(&mut self, name: &'a [u8], stands_for: Option<&'a [u8]>) {
        self.locals.push(Local { name, stands_for });
    }

    /// Sets which locals cannot be used; returns what was set before.
    pub fn skip(&mut self, skipped: Option<Skipped>) -> Option<Skipped> {
        std::mem::replace(&mut self.skipped, skipped)
    }

    /// What a name means.
    pub fn meaning(&self, name: &'a [u8]) -> Meaning<'a> {
        let Some(index) = self.index(name) else {
            return Meaning::Global(name);
        };
        match self.skipped {
            Some(skipped) if (skipped.first..skipped.end).contains(&index) => Meaning::Skipped(skipped.line),
            _ => self.locals[index].stands_for.map_or(Meaning::Local, Meaning::Global),
        }
    }

    /// Which of the locals a name means, counted from the outermost.
    pub fn index(&self, name: &[u8]) -> Option<usize> {
        self.locals.iter().rposition(|local| local.name == name)
    }

    /// Whether a name is a local variable here.
    pub fn is_local(&self, name: &[u8]) -> bool {
        self.locals.iter().any(|local| local.name == name)
    }
}
