//! The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038 section 6.2.1), and the packing of its
//! septets into octets (section 6.1.2.1).

/// Leads to the extension table.
pub const ESCAPE: u8 = 0x1b;

/// The characters by their septets. That of [`ESCAPE`] is never looked up.
const DEFAULT: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ' ', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à', //
];

/// What follows [`ESCAPE`], with its character.
const EXTENSION: [(u8, char); 10] = [
    (0x0a, '\u{c}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2f, '\\'),
    (0x3c, '['),
    (0x3d, '~'),
    (0x3e, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// The septets of a text; none if it has a character that the alphabet lacks.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut septets = Vec::with_capacity(text.len());
    for character in text.chars() {
        if let Some((septet, _)) = EXTENSION.iter().find(|(_, known)| *known == character) {
            septets.extend([ESCAPE, *septet]);
        } else {
            let at = |(septet, known): (u8, &char)| (*known == character && septet != ESCAPE).then_some(septet);
            septets.push((0..).zip(&DEFAULT).find_map(at)?);
        }
    }
    Some(septets)
}

/// The text of septets. An escape to a character that the extension lacks gives the one of the default table; an
/// escape with nothing to lead to is a blank.
pub fn decode(septets: &[u8]) -> String {
    let mut text = String::with_capacity(septets.len());
    let mut is_escaped = false;
    for septet in septets.iter().map(|septet| septet & 0x7f) {
        let extended = EXTENSION.iter().find(|(known, _)| is_escaped && *known == septet);
        is_escaped = match extended {
            None if septet == ESCAPE && !is_escaped => true,
            None => {
                text.push(DEFAULT[usize::from(septet)]);
                false
            }
            Some((_, character)) => {
                text.push(*character);
                false
            }
        };
    }
    if is_escaped {
        text.push(' ');
    }
    text
}

/// Octets that begin with `header`, and then from the next whole septet on hold these septets.
pub fn pack(header: &[u8], septets: &[u8]) -> Vec<u8> {
    let mut packed = header.to_vec();
    let start = 7 * header_septets(header.len());
    packed.resize((start + 7 * septets.len()).div_ceil(8), 0);
    for (septet, bit) in septets.iter().zip((start..).step_by(7)) {
        let shifted = u16::from(septet & 0x7f) << (bit % 8);
        let [low, high] = shifted.to_le_bytes();
        packed[bit / 8] |= low;
        if high > 0 {
            packed[bit / 8 + 1] |= high;
        }
    }
    packed
}

/// The septets from `first` up to `end` of packed octets; none if there are not so many.
pub fn unpack(packed: &[u8], first: usize, end: usize) -> Option<Vec<u8>> {
    if end * 7 > packed.len() * 8 {
        return None;
    }
    let septet = |index: usize| {
        let bit = 7 * index;
        let next = packed.get(bit / 8 + 1).copied().unwrap_or(0);
        let pair = u16::from_le_bytes([packed[bit / 8], next]);
        (pair >> (bit % 8)) as u8 & 0x7f
    };
    Some((first..end).map(septet).collect())
}

/// How many septets a header of so many octets takes.
pub fn header_septets(octets: usize) -> usize {
    (8 * octets).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        let all: String = DEFAULT.iter().chain(EXTENSION.iter().map(|(_, character)| character)).collect();
        assert_eq!(decode(&encode(&all).unwrap()), all);
        assert_eq!(encode("中"), None);
        assert_eq!(encode("`"), None);
        assert_eq!(encode("\u{1b}"), None);
    }

    #[test]
    fn escapes_that_lead_nowhere() {
        assert_eq!(decode(&[0x1b, 0x41]), "A");
        assert_eq!(decode(&[0x1b]), " ");
        assert_eq!(decode(&[0x1b, 0x1b, 0x65]), " e");
    }

    #[test]
    fn septets_are_packed_from_the_lowest_bit() {
        // "hellohello", the best known example of the packing.
        let septets = encode("hellohello").unwrap();
        let packed = [0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37];
        assert_eq!(pack(&[], &septets), packed);
        assert_eq!(unpack(&packed, 0, 10), Some(septets));
        assert_eq!(unpack(&packed, 0, 11), None);
    }

    #[test]
    fn a_header_is_followed_by_fill_bits() {
        for length in 0..9 {
            let header = vec![0xff; length];
            let packed = pack(&header, &[1, 2, 3]);
            let first = header_septets(length);
            assert_eq!(unpack(&packed, first, first + 3), Some(vec![1, 2, 3]), "{length}");
        }
    }
}
