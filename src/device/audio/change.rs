//! What loudspeaker and microphone do.

use std::{fmt, time::Duration};

use super::{Format, Kind, Target};

/// What begins to sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Playing {
    /// A file of this path of the device.
    File(String, Format),
    /// Bytes that the script has given.
    Data {
        /// How many.
        count: usize,
        /// What they are.
        format: Format,
    },
    /// Bytes of this form that come while they sound.
    Stream(Format),
    /// A text that is spoken.
    Speech(String),
}

impl Playing {
    /// What kind of thing it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Playing::File(..) | Playing::Data { .. } => Kind::Sound,
            Playing::Stream(_) => Kind::Stream,
            Playing::Speech(_) => Kind::Speech,
        }
    }

    /// The path of a file.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Playing::File(path, _) => Some(path),
            _ => None,
        }
    }

    /// What is spoken.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Playing::Speech(text) => Some(text),
            _ => None,
        }
    }

    /// Its form; none of a text.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        match self {
            Playing::File(_, format) | Playing::Data { format, .. } | Playing::Stream(format) => Some(*format),
            Playing::Speech(_) => None,
        }
    }
}

impl fmt::Display for Playing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Playing::File(path, _) => write!(f, "play {path}"),
            Playing::Data { count, format } => write!(f, "play {count} bytes of {}", format.name()),
            Playing::Stream(format) => write!(f, "play a stream of {}", format.name()),
            Playing::Speech(text) => write!(f, "say \"{text}\""),
        }
    }
}

/// A sound as it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// What sounds.
    pub what: Playing,
    /// For how long; none for what cannot be played, and for a stream.
    pub length: Option<Duration>,
    /// It sounds again and again until it is stopped.
    pub is_repeated: bool,
    /// At what volume, 0 to 7.
    pub volume: i64,
}

/// What a volume is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knob {
    /// What is played.
    Sounds,
    /// The other side of a call.
    Calls,
    /// All that the loudspeaker sounds.
    Loudspeaker,
    /// What the microphone hears.
    Microphone,
}

impl Knob {
    /// The volume in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Knob::Sounds => "volume",
            Knob::Calls => "volume of calls",
            Knob::Loudspeaker => "volume of the loudspeaker",
            Knob::Microphone => "volume of the microphone",
        }
    }
}

/// A setting of `audiocore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A volume.
    Volume {
        /// Which one.
        of: Knob,
        /// 0 to 7, of the microphone to 15.
        volume: i64,
    },
    /// The output and the input that are used.
    Channel {
        /// Number of the output.
        output: i64,
        /// Number of the input.
        input: i64,
    },
    /// The loudspeaker sounds what the microphone hears.
    Loopback {
        /// 1 on, 0 off.
        flag: i64,
        /// Number of the output.
        output: i64,
    },
    /// The class of the amplifier: 0 AB, 1 D.
    AmplifierClass(i64),
    /// An amplifier at a pin is used.
    Amplifier {
        /// Number of the pin.
        pin: i64,
        /// Number of the output that it is for.
        output: i64,
    },
    /// Head phones are there, of a type from 0 to 2.
    HeadPhones(i64),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Volume { of, volume } => write!(f, "{} {volume}", of.name()),
            Setting::Channel { output, input } => write!(f, "output {output}, input {input}"),
            Setting::Loopback { flag, output } => write!(f, "loopback {flag}, type {output}"),
            Setting::AmplifierClass(class) => {
                write!(f, "amplifier of class {}", if *class == 0 { "AB" } else { "D" })
            }
            Setting::Amplifier { pin, output } => write!(f, "amplifier at pin {pin} for output {output}"),
            Setting::HeadPhones(kind) => write!(f, "head phones {kind}"),
        }
    }
}

/// Something sounds or is recorded, or a setting of that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioChange {
    /// A sound begins.
    Play(Sound),
    /// A file is to be played that does not exist, by its path of the device.
    Missing(String),
    /// The script has ended the sound.
    Stopped,
    /// The sound has ended.
    Ended,
    /// The sound could not be played.
    Failed,
    /// A recording begins.
    Record {
        /// Where it goes.
        target: Target,
        /// Its form.
        format: Format,
        /// For how long.
        length: Duration,
    },
    /// The recording has ended, and its file is written.
    Recorded,
    /// The recording has ended, and its file cannot be written: why.
    RecordLost(String),
    /// A setting changes.
    Set(Setting),
}

impl fmt::Display for AudioChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AudioChange::Play(Sound { what: what @ Playing::Stream(_), .. }) => what.fmt(f),
            AudioChange::Play(Sound { what, length: Some(length), .. }) => {
                write!(f, "{what}, {:.2} s", length.as_secs_f64())
            }
            AudioChange::Play(Sound { what, length: None, .. }) => write!(f, "{what}, which cannot be played"),
            AudioChange::Missing(path) => write!(f, "{path}: no such file"),
            AudioChange::Stopped => f.write_str("stopped"),
            AudioChange::Ended => f.write_str("ended"),
            AudioChange::Failed => f.write_str("failed"),
            AudioChange::Record { target: Target::File(path), length, .. } => {
                write!(f, "record {}, {} s", String::from_utf8_lossy(path), length.as_secs())
            }
            AudioChange::Record { target: Target::Stream(_), length, .. } => {
                write!(f, "record a stream, {} s", length.as_secs())
            }
            AudioChange::Recorded => f.write_str("recorded"),
            AudioChange::RecordLost(why) => write!(f, "the recording cannot be written: {why}"),
            AudioChange::Set(setting) => setting.fmt(f),
        }
    }
}
