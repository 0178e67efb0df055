//! What a message says, in one of the three alphabets, and how a long text becomes parts.

use super::{UserData, alphabet};

/// Most units of a message of one part, and of a part with a header of six octets.
const SEPTETS: (usize, usize) = (160, 153);
const OCTETS: (usize, usize) = (140, 134);
const UNITS: (usize, usize) = (70, 67);

/// A text or data in units of its alphabet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Characters of the default alphabet.
    Septets(Vec<u8>),
    /// Data.
    Octets(Vec<u8>),
    /// UCS2, in which a character outside the basic plane is a surrogate pair, as phones have it.
    Units(Vec<u16>),
}

impl Content {
    /// A text in the default alphabet, if that has all its characters, or else in UCS2.
    #[must_use]
    pub fn of(text: &str) -> Self {
        alphabet::encode(text).map_or_else(|| Content::Units(text.encode_utf16().collect()), Content::Septets)
    }

    /// The text; of data each octet as a character of Latin 1, and U+FFFD for half a surrogate pair.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Content::Septets(septets) => alphabet::decode(septets),
            Content::Octets(octets) => octets.iter().copied().map(char::from).collect(),
            Content::Units(units) => String::from_utf16_lossy(units),
        }
    }

    /// The text in UCS2; of data each octet as a character of Latin 1.
    pub fn units(&self) -> Vec<u16> {
        match self {
            Content::Septets(_) | Content::Octets(_) => self.text().encode_utf16().collect(),
            Content::Units(units) => units.clone(),
        }
    }

    /// What goes into one message each. An escape and a surrogate stay with what follows them.
    #[must_use]
    pub fn pieces(&self) -> Vec<Content> {
        let is_first_half = |unit: u16| (0xd800..0xdc00).contains(&unit);
        match self {
            Content::Septets(septets) => {
                split(septets, SEPTETS, |septet| septet == alphabet::ESCAPE).map(Content::Septets).collect()
            }
            Content::Octets(octets) => split(octets, OCTETS, |_| false).map(Content::Octets).collect(),
            Content::Units(units) => split(units, UNITS, is_first_half).map(Content::Units).collect(),
        }
    }

    /// Adds a part of the same alphabet. Returns whether it is one.
    fn append(&mut self, other: &Content) -> bool {
        match (self, other) {
            (Content::Septets(all), Content::Septets(more)) | (Content::Octets(all), Content::Octets(more)) => {
                all.extend(more);
            }
            (Content::Units(all), Content::Units(more)) => all.extend(more),
            _ => return false,
        }
        true
    }
}

/// The text of parts, which are in order.
pub fn join<'a>(parts: impl IntoIterator<Item = &'a UserData>) -> String {
    // Some senders cut surrogate pairs and escapes in two: parts are joined before they become text.
    let mut runs: Vec<Content> = Vec::new();
    for part in parts {
        if !runs.last_mut().is_some_and(|last| last.append(&part.content)) {
            runs.push(part.content.clone());
        }
    }
    runs.iter().map(Content::text).collect()
}

/// All units as one piece if that fits, or else in pieces that do not end with a unit that `leads` another.
fn split<T: Copy>(
    units: &[T],
    (whole, part): (usize, usize),
    leads: impl Fn(T) -> bool,
) -> impl Iterator<Item = Vec<T>> {
    let most = if units.len() <= whole { whole } else { part };
    let mut rest = Some(units);
    std::iter::from_fn(move || {
        let units = rest?;
        let mut end = units.len().min(most);
        if end < units.len() && leads(units[end - 1]) {
            end -= 1;
        }
        rest = Some(&units[end..]).filter(|units| !units.is_empty());
        Some(units[..end].to_vec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<usize> {
        let length = |piece: &Content| match piece {
            Content::Septets(units) | Content::Octets(units) => units.len(),
            Content::Units(units) => units.len(),
        };
        let pieces = Content::of(text).pieces();
        let parts: Vec<UserData> =
            pieces.iter().map(|content| UserData { part: None, content: content.clone() }).collect();
        assert_eq!(join(&parts), text);
        pieces.iter().map(length).collect()
    }

    #[test]
    fn texts_of_any_length() {
        assert_eq!(lengths(""), [0]);
        assert_eq!(lengths(&"a".repeat(160)), [160]);
        assert_eq!(lengths(&"a".repeat(161)), [153, 8]);
        assert_eq!(lengths(&"中".repeat(70)), [70]);
        assert_eq!(lengths(&"中".repeat(71)), [67, 4]);
        let data = Content::Octets(vec![0xe4; 141]);
        assert_eq!(data.pieces(), [Content::Octets(vec![0xe4; 134]), Content::Octets(vec![0xe4; 7])]);
        assert_eq!(data.text(), "ä".repeat(141));
    }

    #[test]
    fn pairs_are_not_cut() {
        assert_eq!(lengths(&format!("{}€{}", "a".repeat(152), "b".repeat(10))), [152, 12]);
        assert_eq!(lengths(&format!("{}😀{}", "中".repeat(66), "文".repeat(10))), [66, 12]);
    }

    #[test]
    fn parts_that_cut_a_pair_are_joined_all_the_same() {
        let part = |content| UserData { part: None, content };
        let parts = [
            part(Content::Units(vec![0xd83d])),
            part(Content::Units(vec![0xde00])),
            part(Content::Septets(vec![0x1b])),
            part(Content::Septets(vec![0x65])),
        ];
        assert_eq!(join(&parts), "😀€");
    }
}
