//! Any bytes as a text of any character set: bounded results, and what is whole comes back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::iconv::{Charset, Conversion};

fuzz_target!(|data: &[u8]| {
    const CHARSETS: [Charset; 4] = [Charset::Utf8, Charset::Ucs2, Charset::Ucs2Be, Charset::Gb2312];
    for from in CHARSETS {
        for to in CHARSETS {
            let Some(there) = Conversion::new(to, from) else { continue };
            let back = Conversion::new(from, to).expect("both ways");
            let (converted, stopped) = there.convert(data);
            assert!(converted.len() <= 2 * data.len());
            let (again, problem) = back.convert(&converted);
            let whole = data.len() / 2 * 2;
            if stopped.is_none() && from == Charset::Ucs2 && to == Charset::Utf8 {
                assert_eq!((&again[..], problem), (&data[..whole], None));
            }
        }
    }
    if let Ok(text) = std::str::from_utf8(data)
        && text.chars().all(|character| u32::from(character) < 0x1_0000)
    {
        let there = Conversion::new(Charset::Ucs2Be, Charset::Utf8).expect("known");
        let back = Conversion::new(Charset::Utf8, Charset::Ucs2Be).expect("known");
        let (wide, stopped) = there.convert(data);
        assert_eq!(stopped, None);
        assert!(text.encode_utf16().flat_map(u16::to_be_bytes).eq(wide.iter().copied()));
        assert_eq!(back.convert(&wide), (data.to_vec(), None));
    }
});
