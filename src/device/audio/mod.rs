//! Sound: a loudspeaker that nobody hears and a microphone in a silent room. How long everything takes is as on the
//! device, and what is recorded can be played.

mod change;
mod duration;
mod format;
mod mp3;
mod output;
mod recorder;
mod silence;

pub use self::{
    change::{AudioChange, Playing, Setting},
    duration::duration,
    format::{Format, Quality},
    output::{Kind, Output, speech_duration},
    recorder::{Event, Plan, Recorder, Target},
    silence::Silence,
};
