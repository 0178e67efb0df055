//! Any bytes as a source in the device's Lua: what is accepted keeps its lines and needs no second translation.
#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket::fuzzing::dialect::{Vm, analyse, content, translate};

fuzz_target!(|data: &[u8]| {
    let _ = content(data);
    let _ = analyse(data);
    for target in [Vm::Lua51, Vm::Lua53] {
        let Ok(translation) = translate(data, target) else { return };
        let lines = |text: &[u8]| text.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        assert_eq!(lines(data), lines(&translation.text));
        match translate(&translation.text, target) {
            Ok(again) => assert_eq!(again.text, translation.text),
            // A translated loop is one level deeper.
            Err(error) => assert!(error.message.contains("levels"), "{error}"),
        }
    }
});
