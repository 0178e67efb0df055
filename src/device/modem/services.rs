//! What goes with calls (3GPP TS 27.007 section 7): the caller's number, a second call, keys, forwarding.

use super::{
    Modem,
    calls::{State, is_key, number_kind},
    command::{Answer, Commands, Form},
};
use crate::device::change::CallChange;

impl Modem {
    /// The other side presses keys.
    pub(super) fn hear(&mut self, keys: &str) {
        if self.calls.detects_keys && self.calls.has(&[State::Active]) {
            for key in keys.chars().filter(|key| is_key(*key)) {
                self.say(&format!("+DTMFDET:{}", u32::from(key)));
            }
        }
    }

    /// `AT+VTS`: keys, which may be quoted and separated by commas.
    fn send_keys(&mut self, value: &str) -> Answer {
        let keys: String = value.chars().filter(|key| !"\", ".contains(*key)).collect();
        let Some(call) = self.calls.find(&[State::Active]) else { return Answer::Error };
        if keys.is_empty() || !keys.chars().all(is_key) {
            return Answer::Error;
        }
        let number = call.number.clone();
        self.show_call(&number, CallChange::Dtmf(keys));
        Answer::OK
    }

    /// `AT+CCFC=reason,mode,number`: 2 asks, 1 and 3 switch forwarding on, 0 and 4 off. Only the reasons 0
    /// (always) and 4 (all reasons) have an effect. The library takes the line without a blank.
    fn forward(&mut self, value: &str) -> Answer {
        let mut values = value.split(',').map(|value| value.trim().trim_matches('"'));
        let (reason, mode, number) = (values.next(), values.next(), values.next());
        let forwarding = &mut self.calls.forwarding;
        let is_all = matches!(reason, Some("0" | "4"));
        match (mode, number) {
            (Some("2"), _) => {
                return Answer::line(match forwarding {
                    Some(number) if is_all => format!("+CCFC:1,1,\"{number}\",{}", number_kind(number)),
                    _ => "+CCFC:0,1".into(),
                });
            }
            (Some("3" | "1"), Some(number)) if !number.is_empty() && is_all => *forwarding = Some(number.into()),
            (Some("0" | "4"), _) if is_all => *forwarding = None,
            (Some("0" | "1" | "3" | "4"), _) if !is_all => {}
            _ => return Answer::Error,
        }
        Answer::OK
    }
}

/// A command that sets whether something is reported.
fn switch(setting: &mut bool, name: &str, form: Form<'_>) -> Answer {
    match form {
        Form::Set("?") => return Answer::line(format!("{name}: (0,1)")),
        Form::Set(value) => *setting = value.starts_with('1'),
        Form::Read => return Answer::line(format!("{name}: {}", u8::from(*setting))),
        Form::Execute(_) => {}
    }
    Answer::OK
}

pub(super) const COMMANDS: Commands = &[
    ("+CLIP", |modem, form, _| switch(&mut modem.calls.shows_number, "+CLIP", form)),
    ("+CCWA", |modem, form, _| switch(&mut modem.calls.takes_second, "+CCWA", form)),
    ("+DTMFDET", |modem, form, _| match form {
        // 2 sets how sensitive it is.
        Form::Set(value) if value.starts_with('2') => Answer::OK,
        form => switch(&mut modem.calls.detects_keys, "+DTMFDET", form),
    }),
    ("+VTS", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+VTS: (0-9,*,#,A-D)"),
        Form::Set(keys) => modem.send_keys(keys),
        _ => Answer::Error,
    }),
    // The network has no service behind any code (4), 3GPP TS 27.007 section 7.15.
    ("+CUSD", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CUSD: (0-2)"),
        Form::Set(value) if value.starts_with("1,") => {
            if !modem.is_registered() {
                return Answer::Error;
            }
            modem.say("+CUSD: 4");
            Answer::OK
        }
        _ => Answer::OK,
    }),
    ("+CCFC", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+CCFC: (0-5)"),
        Form::Set(value) => modem.forward(value),
        _ => Answer::Error,
    }),
];
