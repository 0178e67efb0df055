//! Declarations for editors: Lua files that no program loads, and that have the names of those that it does.

use std::{fs::File, io::Read, path::Path};

/// What such a file says of itself, in a comment before all else (LuaCATS).
const MARK: &[u8] = b"---@meta";

/// How much of a file is looked at.
const BEGINNING: u64 = 512;

/// What some editors put before the text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the file at this path is such a one; false for one that cannot be read.
#[must_use]
pub fn is_declaration(path: &Path) -> bool {
    if path.extension().is_none_or(|end| end != "lua") {
        return false;
    }
    let mut text = Vec::new();
    let read = File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut text));
    read.is_ok() && is_marked(&text)
}

fn is_marked(text: &[u8]) -> bool {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    lines
        .take_while(|line| line.is_empty() || line.starts_with(b"--") || line.starts_with(b"#"))
        .filter_map(|line| line.strip_prefix(MARK))
        .any(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

#[cfg(test)]
mod tests {
    use super::is_marked;

    #[test]
    fn the_mark_is_a_comment_before_all_else() {
        for text in ["---@meta", "---@meta\nsys = {}", "-- Made by x.\r\n\r\n---@meta sys\r\n", "\u{feff}---@meta\n"] {
            assert!(is_marked(text.as_bytes()), "{text:?}");
        }
        for text in ["", "sys = {}\n---@meta", "-- of ---@meta", "---@metafield", "---@class sys"] {
            assert!(!is_marked(text.as_bytes()), "{text:?}");
        }
    }
}
