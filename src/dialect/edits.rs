//! Changes of a text that keep its lines.

use std::borrow::Cow;

/// Replacements and insertions by their place in the source.
#[derive(Debug, Default)]
pub struct Edits {
    edits: Vec<Edit>,
}

#[derive(Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: Vec<u8>,
}

impl Edits {
    /// Inserts a text. Of two texts for one place the later comes first, so that what is added around
    /// something comes around what was added around its parts.
    pub fn insert(&mut self, at: usize, text: impl Into<Vec<u8>>) {
        self.replace(at, at, text);
    }

    /// Replaces the bytes from `start` to `end`, which no other replacement touches. Line breaks among them
    /// stay.
    pub fn replace(&mut self, start: usize, end: usize, text: impl Into<Vec<u8>>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// The source with the changes.
    pub fn apply(mut self, source: &[u8]) -> Cow<'_, [u8]> {
        if self.edits.is_empty() {
            return Cow::Borrowed(source);
        }
        self.edits.reverse();
        // Insertions come before the replacement at the same place.
        self.edits.sort_by_key(|edit| (edit.start, edit.end > edit.start));
        let mut text = Vec::with_capacity(source.len() + 32 * self.edits.len());
        let mut done = 0;
        for edit in &self.edits {
            text.extend_from_slice(&source[done..edit.start]);
            text.extend_from_slice(&edit.text);
            text.extend(source[edit.start..edit.end].iter().filter(|byte| matches!(byte, b'\n' | b'\r')));
            done = edit.end;
        }
        text.extend_from_slice(&source[done..]);
        Cow::Owned(text)
    }
}
