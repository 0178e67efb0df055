//! Volumes and channels, as the script has set them.

use super::change::{Knob, Setting};

/// The highest volume of sounds, of calls and of the loudspeaker.
pub const LOUDEST: i64 = 7;

/// What is set now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    /// Volume of sounds, 0 to [`LOUDEST`].
    pub sounds: i64,
    /// Volume of calls, 0 to [`LOUDEST`].
    pub calls: i64,
    /// Number of the output: 0 handset, 1 earpiece, 2 loudspeaker.
    pub output: i64,
    /// Number of the input.
    pub input: i64,
}

impl Default for Levels {
    fn default() -> Self {
        // As the module `audio` begins.
        Levels { sounds: 4, calls: 4, output: 2, input: 0 }
    }
}

impl Levels {
    /// Takes over a setting.
    pub fn set(&mut self, setting: &Setting) {
        match *setting {
            Setting::Volume { of: Knob::Sounds, volume } => self.sounds = volume,
            Setting::Volume { of: Knob::Calls, volume } => self.calls = volume,
            Setting::Channel { output, input } => (self.output, self.input) = (output, input),
            _ => {}
        }
    }
}
