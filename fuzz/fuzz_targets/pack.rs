//! Any bytes as a format and as data: what is unpacked is bounded by the data, and packs to the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::pack::{BadCode, Number, Unpacked, Values, pack, unpack};

struct List<'a>(std::slice::Iter<'a, Unpacked<'a>>);

#[derive(Debug)]
enum Problem {
    Code,
    Value,
}

impl From<BadCode> for Problem {
    fn from(_: BadCode) -> Self {
        Problem::Code
    }
}

impl Values for List<'_> {
    type Error = Problem;

    fn number(&mut self) -> Result<Number, Problem> {
        match self.0.next() {
            Some(Unpacked::Integer(number)) => Ok(Number::Integer(*number)),
            Some(Unpacked::Float(number)) => Ok(Number::Float(*number)),
            _ => Err(Problem::Value),
        }
    }

    fn string(&mut self) -> Result<&[u8], Problem> {
        match self.0.next() {
            Some(Unpacked::Bytes(text)) => Ok(text),
            _ => Err(Problem::Value),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let [split, start, data @ ..] = data else { return };
    let (format, data) = data.split_at(usize::from(*split).min(data.len()));
    let mut values = Vec::new();
    let start = usize::from(*start);
    let Ok(next) = unpack(data, format, start, |value| values.push(value)) else { return };
    assert!(next >= start && next <= data.len().max(start) + 1);
    let lengths = values.iter().map(|value| match value {
        Unpacked::Bytes(bytes) => bytes.len(),
        _ => 1,
    });
    assert!(lengths.sum::<usize>() <= data.len());
    // Counts of `A` mean something else to `pack`, and of NaN only some bits survive.
    let is_plain = !format.contains(&b'A')
        && values.iter().all(|value| !matches!(value, Unpacked::Float(number) if number.is_nan()));
    if is_plain && let Ok(packed) = pack(format, &mut List(values.iter())) {
        let whole = &data[start.min(data.len())..next.min(data.len())];
        // The last string of `z` may have no end.
        assert!(packed == whole || packed.strip_suffix(b"\0") == Some(whole));
    }
});
