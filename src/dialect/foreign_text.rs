//! What stands in a source where only words of Lua can: Chinese text, and punctuation of a Chinese keyboard.

/// First and last of the full-width forms of the ASCII characters `!` to `~`, which are in the same order.
const FULL_WIDTH: std::ops::RangeInclusive<u32> = 0xFF01..=0xFF5E;

/// Whether a word begins with a byte that no word of Lua has.
pub fn is_foreign(word: &[u8]) -> bool {
    word.first().is_some_and(|byte| !byte.is_ascii())
}

/// The word as errors show it, with a hint: `'，': did you mean ',' (half-width)?`
pub fn explain(word: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(word) else {
        // A file in GBK. Lua shows the byte likewise.
        return format!("'<\\{}>': {HINT}", word.first().unwrap_or(&0));
    };
    match text.chars().next().and_then(half_width) {
        Some(meant) => format!("'{text}': did you mean '{meant}' (half-width)?"),
        None => format!("'{text}': {HINT}"),
    }
}

const HINT: &str = "names have English letters, digits and _ only; other text stands in quotes";

/// The character of Lua that is typed for this one with another input method.
fn half_width(character: char) -> Option<char> {
    Some(match character {
        '\u{3000}' | '\u{A0}' => ' ',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '。' => '.',
        '、' => ',',
        '【' => '[',
        '】' => ']',
        _ if FULL_WIDTH.contains(&u32::from(character)) => char::from_u32(u32::from(character) - 0xFEE0)?,
        _ => return None,
    })
}
