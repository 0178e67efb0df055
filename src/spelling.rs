//! Names that look alike, and what errors say of them.

/// The name among `candidates` that was probably meant: the same in other letter case, else one that differs by
/// a single slip: a letter too many, missing, wrong, or two swapped.
pub fn meant<'a>(name: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut alike = candidates.clone().filter(|candidate| *candidate != name);
    alike.find(|candidate| candidate.eq_ignore_ascii_case(name)).or_else(|| {
        let mut near = candidates.filter(|candidate| *candidate != name && name.len() > 3);
        near.find(|candidate| is_one_slip(name.as_bytes(), candidate.as_bytes()))
    })
}

/// Why a name is none of those that are known, with the one that was probably meant.
pub fn one_of(known: &[&str], name: &str) -> String {
    let meant = meant(name, known.iter().copied()).map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
    format!("one of {} expected, got {name:?}{meant}", known.join(", "))
}

fn is_one_slip(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => {
            let is_swap = short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
            is_swap || !short.is_empty() && short[1..] == long[1..]
        }
        1 => short == &long[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn case_and_single_slips_are_recognised() {
        let known = ["sys", "taskInit", "timerStart", "uart"];
        for (name, expected) in [
            ("Sys", Some("sys")),
            ("taskinit", Some("taskInit")),
            ("timerStrat", Some("timerStart")),
            ("timerStar", Some("timerStart")),
            ("timersStart", Some("timerStart")),
            ("usrt", Some("uart")),
            ("sis", None),
            ("sys", None),
            ("network", None),
        ] {
            assert_eq!(meant(name, known.iter().copied()), expected, "{name}");
        }
    }
}
