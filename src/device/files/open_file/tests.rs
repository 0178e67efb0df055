use super::*;
use crate::device::files::scratch::Scratch;

fn open(folder: &Scratch, name: &str, mode: &str) -> OpenFile {
    OpenFile::open(&folder.path().join(name), Mode::parse(mode.as_bytes()).unwrap(), None).unwrap()
}

fn line(file: &mut OpenFile) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    file.read_line(&mut line, false).unwrap().then_some(line)
}

fn rest(file: &mut OpenFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_rest(&mut bytes).unwrap();
    bytes
}

fn number(file: &mut OpenFile) -> String {
    let mut text = Vec::new();
    file.read_number(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn lines_of_every_kind() {
    let folder = Scratch::with(&[]);
    let long = vec![b'x'; 3 * BUFFER];
    fs::write(folder.path().join("f"), [b"a\n\n\0b\r\n", long.as_slice(), b"\nlast"].concat()).unwrap();
    let mut file = open(&folder, "f", "r");
    assert_eq!(line(&mut file).unwrap(), b"a");
    assert_eq!(line(&mut file).unwrap(), b"");
    assert_eq!(line(&mut file).unwrap(), b"\0b\r");
    assert_eq!(line(&mut file).unwrap(), long);
    let mut kept = Vec::new();
    assert!(file.read_line(&mut kept, true).unwrap());
    assert_eq!(kept, b"last");
    assert_eq!(line(&mut file), None);
}

#[test]
fn counts_and_the_rest() {
    let folder = Scratch::with(&["empty"]);
    fs::write(folder.path().join("f"), vec![7; 2 * BUFFER + 5]).unwrap();
    let mut file = open(&folder, "f", "rb");
    let mut bytes = Vec::new();
    assert!(file.read_count(&mut bytes, 0).unwrap());
    assert!(file.read_count(&mut bytes, 3).unwrap());
    assert_eq!(bytes, [7; 3]);
    assert_eq!(file.seek(SeekFrom::Current(0)).unwrap(), 3);
    assert!(file.read_count(&mut bytes, u64::MAX).unwrap());
    assert_eq!(bytes.len(), 2 * BUFFER + 5);
    assert!(!file.read_count(&mut bytes, 1).unwrap());
    assert!(!file.read_count(&mut bytes, 0).unwrap());
    assert_eq!(rest(&mut file), b"");
    assert_eq!(rest(&mut open(&folder, "empty", "r")), b"");
}

#[test]
fn numbers_end_where_they_end() {
    let folder = Scratch::with(&[]);
    fs::write(folder.path().join("f"), "  12 -3.5e+2x 0x1F.8p1\n\n.5 +  1e5e6 nan 99").unwrap();
    let mut file = open(&folder, "f", "r");
    assert_eq!(number(&mut file), "12");
    assert_eq!(number(&mut file), "-3.5e+2");
    assert_eq!(number(&mut file), "");
    let mut x = Vec::new();
    file.read_count(&mut x, 1).unwrap();
    assert_eq!(x, b"x");
    for expected in ["0x1F.8p1", ".5", "+", "1e5", ""] {
        assert_eq!(number(&mut file), expected);
    }
    fs::write(folder.path().join("long"), "1".repeat(1000)).unwrap();
    let mut file = open(&folder, "long", "r");
    assert_eq!(number(&mut file), "");
    assert_eq!(file.seek(SeekFrom::Current(0)).unwrap(), 200);
}

#[test]
fn reads_and_writes_alternate() {
    let folder = Scratch::with(&[]);
    fs::write(folder.path().join("f"), "one\ntwo\nthree\n").unwrap();
    let mut file = open(&folder, "f", "r+");
    assert_eq!(line(&mut file).unwrap(), b"one");
    file.write(b"TWO").unwrap();
    assert_eq!(line(&mut file).unwrap(), b"");
    assert_eq!(line(&mut file).unwrap(), b"three");
    file.write(b"four").unwrap();
    assert_eq!(file.seek(SeekFrom::Start(0)).unwrap(), 0);
    assert_eq!(rest(&mut file), b"one\nTWO\nthree\nfour");
}

#[test]
fn what_is_appended_goes_to_the_end() {
    let folder = Scratch::with(&[]);
    fs::write(folder.path().join("f"), "12").unwrap();
    let mut file = open(&folder, "f", "a+");
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write(b"3").unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    assert_eq!(rest(&mut file), b"123");
}

#[test]
fn buffering() {
    let folder = Scratch::with(&[]);
    let content = || fs::read(folder.path().join("f")).unwrap();
    let mut file = open(&folder, "f", "w");
    file.write(b"a\n").unwrap();
    assert_eq!(content(), b"");
    file.set_buffering(Buffering::Line).unwrap();
    assert_eq!(content(), b"a\n");
    file.write(b"b").unwrap();
    assert_eq!(content(), b"a\n");
    file.write(b"c\nd").unwrap();
    assert_eq!(content(), b"a\nbc\nd");
    file.set_buffering(Buffering::No).unwrap();
    file.write(b"e").unwrap();
    assert_eq!(content(), b"a\nbc\nde");
    file.set_buffering(Buffering::Full).unwrap();
    file.write(&[b'f'; BUFFER]).unwrap();
    assert_eq!(content().len(), 7 + BUFFER);
    file.write(b"g").unwrap();
    drop(file);
    assert_eq!(content().len(), 8 + BUFFER);
}

#[test]
fn wrong_directions_and_folders() {
    let folder = Scratch::with(&["sub/f"]);
    let mut read_only = open(&folder, "sub/f", "r");
    assert!(read_only.write(b"x").is_err());
    let mut write_only = open(&folder, "sub/f", "w");
    assert!(write_only.read_line(&mut Vec::new(), true).is_err());
    assert!(write_only.read_rest(&mut Vec::new()).is_err());
    assert!(write_only.read_count(&mut Vec::new(), 0).is_err());
    assert!(write_only.seek(SeekFrom::Current(-1)).is_err());
    for mode in ["r", "w", "a", "r+"] {
        let mode = Mode::parse(mode.as_bytes()).unwrap();
        let error = OpenFile::open(&folder.path().join("sub"), mode, None).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}

#[test]
fn a_full_volume_takes_nothing_and_keeps_what_it_has() {
    let folder = Scratch::with(&[]);
    let volume = Rc::new(Volume::new(folder.path().to_owned(), 100));
    let open = |name: &str, mode: &str| {
        let mode = Mode::parse(mode.as_bytes()).unwrap();
        OpenFile::open(&folder.path().join(name), mode, Some(volume.clone())).unwrap()
    };
    let mut file = open("a", "w+");
    file.write(&[1; 60]).unwrap();
    assert_eq!(volume.free(), 40);
    assert_eq!(file.write(&[2; 41]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    file.write(&[2; 40]).unwrap();
    assert_eq!(volume.free(), 0);
    // What is there can be written over.
    file.seek(SeekFrom::Start(10)).unwrap();
    file.write(&[3; 90]).unwrap();
    assert_eq!(file.write(&[4]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    drop(file);
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), [[1; 10].as_slice(), &[3; 90]].concat());
    assert_eq!(volume.free(), 0);
    // Emptying a file makes room.
    let mut file = open("a", "w");
    assert_eq!(volume.free(), 100);
    // Writing far after the end also takes the space of the gap.
    file.seek(SeekFrom::Start(100)).unwrap();
    assert_eq!(file.write(&[1]).unwrap_err().kind(), io::ErrorKind::StorageFull);
    file.seek(SeekFrom::Start(50)).unwrap();
    file.write(&[1]).unwrap();
    assert_eq!(volume.free(), 49);
    let mut other = open("b", "a");
    other.write(&[1; 49]).unwrap();
    assert_eq!(volume.free(), 0);
    drop((file, other));
    volume.forget();
    assert_eq!(volume.free(), 0);
}
