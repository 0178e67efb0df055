//! Declarations for editors: Lua files that no program loads, and that have the names of those that it does.

use std::{fs::File, io::Read, path::Path};

/// What such a file says of itself, behind three dashes, in a comment before all else (LuaCATS).
const MARK: &[u8] = b"@meta";

/// How much of a file is looked at.
const BEGINNING: u64 = 4096;

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
    let mut rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).trim_ascii_start();
    if rest.starts_with(b"#") {
        rest = next_line(rest);
    }
    while let Some(comment) = rest.strip_prefix(b"--") {
        if has_mark(comment) {
            return true;
        }
        rest = behind_long(comment).unwrap_or_else(|| next_line(comment)).trim_ascii_start();
    }
    false
}

/// Whether a comment begins with the mark.
fn has_mark(comment: &[u8]) -> bool {
    let marked = comment.strip_prefix(b"-").and_then(|text| text.trim_ascii_start().strip_prefix(MARK));
    marked.is_some_and(|after| after.first().is_none_or(u8::is_ascii_whitespace))
}

/// What is behind a comment of several lines, `[[…]]` or `[=[…]=]`; none if it is not one.
fn behind_long(comment: &[u8]) -> Option<&[u8]> {
    let level = comment.strip_prefix(b"[")?.iter().take_while(|byte| **byte == b'=').count();
    comment.get(level + 1).filter(|byte| **byte == b'[')?;
    let end = [b"]".as_slice(), &b"=".repeat(level), b"]"].concat();
    let place = comment.windows(end.len()).position(|bytes| bytes == end);
    Some(place.and_then(|place| comment.get(place + end.len()..)).unwrap_or_default())
}

fn next_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.and_then(|end| text.get(end..)).unwrap_or_default().trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::is_marked;

    #[test]
    fn the_mark_is_a_comment_before_all_else() {
        let marked = [
            "---@meta",
            "---@meta\nsys = {}",
            "-- Made by x.\r\n\r\n---@meta sys\r\n",
            "\u{feff}---@meta\n",
            "#!/usr/bin/lua\n---@meta\n",
            "--[[ Made\nby x ]]\n---@meta\n",
            "--[==[\nMade by x ]]\n]==]\n--- @meta _\n",
            "---@diagnostic disable\n---@meta\n",
        ];
        for text in marked {
            assert!(is_marked(text.as_bytes()), "{text:?}");
        }
        let others = [
            "",
            "sys = {}\n---@meta",
            "-- of ---@meta",
            "---@metafield",
            "---@class sys",
            "--[[\n---@meta\n]]\nsys = {}",
            "--[[\n---@meta\n",
            "--@meta",
        ];
        for text in others {
            assert!(!is_marked(text.as_bytes()), "{text:?}");
        }
    }
}
