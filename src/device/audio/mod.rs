//! Sound: what sounds and what is recorded takes its time as on the device, and what is recorded can be played. Sounds
//! are heard in a file of the host, if there is one, and the microphone hears one, or a silent room.

mod change;
mod decoder;
mod duration;
mod format;
mod headset;
mod heard;
mod levels;
mod microphone;
mod mp3;
mod output;
mod recorder;
mod resampler;
mod silence;
mod speaker;
mod voice;
mod wave;
mod wave_file;

#[cfg(feature = "fuzzing")]
pub use self::voice::Voice;
pub use self::{
    change::{AudioChange, Knob, Playing, Setting, Sound},
    duration::duration,
    format::{Format, Quality},
    headset::{Headset, Plug, Report},
    heard::Heard,
    levels::{LOUDEST, Levels},
    microphone::SoundFile,
    output::{Kind, Output, speech_duration},
    recorder::{Ended, Event, Plan, Recorder, Target},
    silence::Silence,
    speaker::Speaker,
};
