//! Forms of recorded sound.

/// A form of sound. The numbers are the firmware's, also those of its recorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// MPEG audio layer III.
    Mp3 = 0,
    /// 16 bits, 8000 Hz, one channel.
    Pcm = 1,
    /// RIFF WAVE with PCM.
    Wav = 2,
    /// AMR narrowband (RFC 4867 section 5).
    Amr = 3,
    /// Speex narrowband: before each frame of 20 ms its length, 4 bytes.
    Speex = 4,
    /// AMR wideband (RFC 4867 section 5).
    AmrWideband = 5,
}

/// All of them with the names of `audiocore`'s constants, as far as it has some.
const ALL: [(Format, &str); 6] = [
    (Format::Mp3, "MP3"),
    (Format::Pcm, "PCM"),
    (Format::Wav, "WAV"),
    (Format::Amr, "AMR"),
    (Format::Speex, "SPX"),
    (Format::AmrWideband, "AMR-WB"),
];

/// Endings of file names that `audiocore.play` knows.
const ENDINGS: [(&str, Format); 4] =
    [(".amr", Format::Amr), (".mp3", Format::Mp3), (".pcm", Format::Pcm), (".wav", Format::Wav)];

impl Format {
    /// The format of a number.
    #[must_use]
    pub fn numbered(number: i64) -> Option<Format> {
        ALL.iter().map(|(format, _)| *format).find(|format| *format as i64 == number)
    }

    /// The format of a file by its name, in which the ending may stand anywhere, as on the device.
    #[must_use]
    pub fn of_path(path: &[u8]) -> Option<Format> {
        let path = path.to_ascii_lowercase();
        let has = |ending: &str| path.windows(ending.len()).any(|part| part == ending.as_bytes());
        ENDINGS.iter().find(|(ending, _)| has(ending)).map(|(_, format)| *format)
    }

    /// Its MIME type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Format::Mp3 => "audio/mpeg",
            // What has no header gets one wherever it is shown.
            Format::Pcm | Format::Wav => "audio/wav",
            Format::Amr => "audio/amr",
            Format::AmrWideband => "audio/amr-wb",
            Format::Speex => "audio/x-speex",
        }
    }

    /// Its name, as in `audiocore`'s constants.
    #[must_use]
    pub fn name(self) -> &'static str {
        ALL.iter().find(|(format, _)| *format == self).map_or("", |(_, name)| name)
    }
}

/// How well is recorded; of AMR only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quality {
    /// 5.15 kbit/s.
    #[default]
    Low,
    /// 6.7 kbit/s.
    Medium,
    /// 7.95 kbit/s.
    High,
    /// 12.2 kbit/s.
    Best,
}

impl Quality {
    /// The quality of the recorder's number, 0 to 3.
    #[must_use]
    pub fn numbered(number: i64) -> Option<Quality> {
        match number {
            0 => Some(Quality::Low),
            1 => Some(Quality::Medium),
            2 => Some(Quality::High),
            3 => Some(Quality::Best),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_names() {
        assert_eq!(Format::of_path(b"/lua/call.MP3"), Some(Format::Mp3));
        assert_eq!(Format::of_path(b"/tip.amr.old"), Some(Format::Amr));
        assert_eq!(Format::of_path(b"/record.spx"), None);
    }

    #[test]
    fn numbers_lead_back() {
        for (format, name) in ALL {
            assert_eq!(Format::numbered(format as i64), Some(format));
            assert_eq!(format.name(), name);
        }
        assert_eq!(Format::numbered(6), None);
    }
}
