//! Names of chunks in messages.

/// Longest form, as `LUA_IDSIZE` of Lua has it, without the end mark.
const LONGEST: usize = 59;

/// A chunk's name as Lua shows it in messages: of `@path` and `=name` the rest, else the first line of the
/// source in `[string "..."]`.
pub fn shown(name: &[u8]) -> Vec<u8> {
    match name {
        [b'=', rest @ ..] => rest[..rest.len().min(LONGEST)].to_vec(),
        [b'@', rest @ ..] if rest.len() <= LONGEST => rest.to_vec(),
        [b'@', rest @ ..] => [b"...", &rest[rest.len() - (LONGEST - 3)..]].concat(),
        source => {
            let line = source.split(|&byte| byte == b'\n').next().unwrap_or_default();
            let room = LONGEST - b"[string \"...\"]".len();
            if line.len() == source.len() && line.len() <= room {
                [b"[string \"", source, b"\"]"].concat()
            } else {
                [b"[string \"", &line[..line.len().min(room)], b"...\"]"].concat()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn names_are_shown_as_by_lua() {
        assert_eq!(shown(b"@main.lua"), b"main.lua");
        assert_eq!(shown(b"=stdin"), b"stdin");
        assert_eq!(shown(b"x = 1"), b"[string \"x = 1\"]");
        assert_eq!(shown(b"x = 1\ny = 2"), b"[string \"x = 1...\"]");
        let long = shown(&[b"@".as_slice(), &[b'a'; 100]].concat());
        assert!(long.starts_with(b"...a") && long.len() == 59);
    }
}
