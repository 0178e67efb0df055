//! Any bytes as a JSON text, as a string and as a number: the list of values is sound, and what is written is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::json::{Op, Settings, Tape, Text, write};

/// Checks that the list is one value whose parts lie where they should.
fn check(tape: &Tape, text: &[u8]) {
    // Of each open container, whether it is an object, and how many values are still to come.
    let mut open: Vec<(bool, u32)> = Vec::new();
    let mut keys = 0;
    for op in tape.ops() {
        match *op {
            Op::String(part) | Op::Key(part) => {
                let bytes = match part {
                    Text::Plain { start, length } => text.get(start..start + length),
                    Text::Unescaped { start, length } => tape.unescaped().get(start..start + length),
                };
                assert!(bytes.is_some());
            }
            _ => {}
        }
        match *op {
            Op::Key(_) => {
                keys += 1;
                assert!(open.last().is_some_and(|(is_object, _)| *is_object));
                continue;
            }
            Op::Object(count) => {
                open.push((true, count));
                continue;
            }
            Op::Array(count) => {
                open.push((false, count));
                continue;
            }
            Op::End => assert_eq!(open.pop().map(|(_, left)| left), Some(0)),
            _ => {}
        }
        assert!(open.len() <= tape.depth());
        if let Some((is_object, left)) = open.last_mut() {
            *left -= 1;
            if *is_object {
                keys -= 1;
            }
        }
    }
    assert!(open.is_empty());
    assert_eq!(keys, 0);
}

fuzz_target!(|data: &[u8]| {
    let mut tape = Tape::default();
    for decode_invalid_numbers in [true, false] {
        let settings = Settings { decode_invalid_numbers, decode_max_depth: 20, ..Settings::default() };
        match tape.read(data, &settings) {
            Ok(()) => check(&tape, data),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let mut out = Vec::new();
    write::string(&mut out, data);
    assert!(!out.iter().any(|byte| *byte < 0x20 || *byte == 0x7f));
    tape.read(&out, &Settings::default()).expect("a string");
    match *tape.ops() {
        [Op::String(Text::Plain { start, length })] => assert_eq!(&out[start..start + length], data),
        [Op::String(Text::Unescaped { .. })] => assert_eq!(tape.unescaped(), data),
        _ => panic!("no string"),
    }
    if let Some(bytes) = data.first_chunk() {
        let number = f64::from_le_bytes(*bytes);
        if number.is_finite() {
            out.clear();
            write::number(&mut out, number, 14);
            tape.read(&out, &Settings::default()).expect("a number");
            let read = match *tape.ops() {
                [Op::Integer(read)] => read as f64,
                [Op::Float(read)] => read,
                _ => panic!("no number"),
            };
            let is_close = (read - number).abs() <= number.abs() * 1e-13 || number.abs() < 1e-300;
            assert!(is_close || read.is_infinite(), "{number:?} {read:?}");
        }
    }
});
