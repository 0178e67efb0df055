//! What the page consists of.

/// Path and bytes of each file; see `build.rs`.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// A file's type and bytes.
pub fn file(path: &str) -> Option<(&'static str, &'static [u8])> {
    let path = if path == "/" { "/index.html" } else { path };
    let (name, bytes) = FILES.iter().find(|(name, _)| *name == path)?;
    Some((media_type(name), bytes))
}

/// The type by the end of a name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_type() {
        let strange: Vec<_> = FILES.iter().filter(|(name, _)| media_type(name).ends_with("octet-stream")).collect();
        assert!(strange.is_empty(), "{:?}", strange.iter().map(|(name, _)| name).collect::<Vec<_>>());
    }

    #[test]
    fn the_page_is_there() {
        assert!(file("/").is_some_and(|(kind, bytes)| kind.starts_with("text/html") && !bytes.is_empty()));
        assert_eq!(file("/index.html"), file("/"));
        assert!(file("/../mod.rs").is_none());
    }
}
