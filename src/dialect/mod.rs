//! The device's Lua 5.1 as source text: what its scripts say and Lua 5.3 does not, and the other way round.
//!
//! Bytes in, bytes out. [`translate`] makes source of the device into source for Lua 5.3 or 5.1 and keeps every line
//! number. [`analyse`] lists what a source uses and what in it the device would refuse. Neither knows Lua's
//! machine, and neither assumes an encoding: many device scripts are in GBK.
//!
//! | in the source | on the device | here |
//! | --- | --- | --- |
//! | `continue` | ends this turn of the innermost loop | `goto` to the end of the loop |
//! | `goto` as a name | an ordinary name | a name that Lua 5.3 accepts |
//! | `"\/"` | the character itself | the character itself |
//! | `arg` in a function with `...` | a local with the further arguments | a local that the translator adds |
//!
//! What only Lua 5.3 knows (`goto` with labels, operators such as `//`) stays as it is and runs.
//!
//! For Lua 5.1 two things remain, which the firmware has added to it: `continue`, which becomes the `break` of a loop
//! that runs once, and `"\x41"`, which becomes `"\065"`. What Lua 5.1 does not know it refuses, as the device does.

pub mod chunk_name;
mod edits;
mod error;
mod finding;
mod foreign_text;
mod lexer;
mod parser;
mod report;
mod scan;

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::vm::Vm;

pub use self::{
    error::SyntaxError,
    finding::Finding,
    report::{Mention, Report, Way},
};

/// Source for another Lua than the device's.
#[derive(Debug)]
pub struct Translation<'a> {
    /// The text; borrowed where nothing had to change.
    pub text: Cow<'a, [u8]>,
    /// The first operator that the device's Lua does not have; else, where the source was parsed, the first
    /// place that it would refuse.
    pub foreign: Option<Finding>,
}

/// Makes a device's source into one for that Lua that has the same lines. A source that has none of the
/// device's peculiarities is only scanned.
///
/// # Errors
/// The source needs a change and has an error in its syntax, or its characters form no words of Lua. Errors of
/// other sources are left to Lua.
pub fn translate(source: &[u8], target: Vm) -> Result<Translation<'_>, SyntaxError> {
    let seen = scan::scan(source, target);
    if !seen.needs_change {
        return Ok(Translation { text: Cow::Borrowed(source), foreign: seen.foreign });
    }
    let parsed = parser::parse(source, target)?;
    let foreign = seen.foreign.or_else(|| parsed.report.findings.first().cloned());
    Ok(Translation { text: parsed.edits.apply(source), foreign })
}

/// Lists what a source uses, and what in it the device's Lua would refuse.
///
/// # Errors
/// The source has an error in its syntax, as the device or Lua 5.3 sees it.
pub fn analyse(source: &[u8]) -> Result<Report, SyntaxError> {
    parser::parse(source, Vm::Lua53).map(|parsed| parsed.report)
}

/// Whether a text that is typed line by line, an expression or statements, wants another line.
#[must_use]
pub fn is_incomplete(text: &str) -> bool {
    let expression = format!("return {text}");
    let errors = [expression.as_str(), text].map(|source| parser::parse(source.as_bytes(), Vm::Lua53).err());
    errors.iter().all(Option::is_some) && errors.iter().flatten().any(|error| error.is_at_end)
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Source text, without a byte order mark and a `#` line; the line break after that is kept.
    Source(&'a [u8]),
    /// A chunk compiled for the Lua of this program, which can load it.
    Compiled,
    /// A chunk compiled for another Lua, such as the device's.
    CompiledForAnother,
}

/// Looks at a file's first bytes.
pub fn content(file: &[u8]) -> Content<'_> {
    if let Some(rest) = file.strip_prefix(b"\x1bLua") {
        let ours = if Vm::OURS == Vm::Lua51 { 0x51 } else { 0x53 };
        return if rest.first() == Some(&ours) { Content::Compiled } else { Content::CompiledForAnother };
    }
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    if text.first() != Some(&b'#') {
        return Content::Source(text);
    }
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
    Content::Source(&text[end..])
}
