//! Any bytes as a sound: no more samples come of it than its length allows, whole or in pieces.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::audio::{Format, Voice, duration};

/// Samples of a second.
const RATE: u32 = 8_000;

/// All that comes of a voice.
fn samples(voice: &mut Voice) -> usize {
    let mut samples = Vec::new();
    voice.take(1 << 20, &mut samples);
    samples.len()
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else { return };
    let Some(format) = Format::numbered(i64::from(kind % 6)) else { return };
    let whole = samples(&mut Voice::whole(format, Rc::new(data.to_vec()), RATE));
    // Rates from 1 Hz on: a sample of such a file is long.
    if format == Format::Mp3 {
        let seconds = duration(format, data).unwrap_or_default().as_secs_f64();
        assert!(whole as f64 <= seconds * f64::from(RATE) + 10.0);
    }
    let mut voice = Voice::new(format, RATE);
    for piece in data.chunks(usize::from(kind / 6) + 1) {
        voice.push(piece);
        samples(&mut voice);
    }
});
