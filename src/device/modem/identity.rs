//! Commands about the modem itself: its numbers, its calibration, its temperature.

use super::command::{Answer, Commands, Form};

/// All parts of the radio are calibrated, and there is an antenna.
const CALIBRATION: &str = "LTE_afc:1,LTE_TDD_agc:1,LTE_TDD_apc:1,LTE_FDD_agc:1,LTE_FDD_apc:1,ANT_LTE:1";

/// `+WISN` and `+WIMEI` are LuatOS-Air's own: they write the serial number and the IMEI.
pub(super) const COMMANDS: Commands = &[
    ("+CGSN", |modem, _, _| Answer::line(&modem.profile.imei)),
    ("+WIMEI", |modem, form, _| {
        if let Form::Set(imei) = form {
            modem.profile.imei = unquoted(imei);
        }
        Answer::OK
    }),
    ("+WISN", |modem, form, _| match form {
        Form::Set(serial) => {
            modem.serial = unquoted(serial);
            Answer::OK
        }
        Form::Read => Answer::line(&modem.serial),
        Form::Execute(_) => Answer::OK,
    }),
    ("+CGMM", |_, _, _| Answer::line("+CGMM: \"Air724UG\"")),
    ("+MUID", |_, _, _| Answer::line("+MUID: 20180101120000A000000")),
    ("+CALIBINFO", |_, form, _| match form {
        Form::Read => Answer::line(CALIBRATION),
        _ => Answer::OK,
    }),
    ("+RFTEMPERATURE", |modem, _, _| Answer::line(format!("+RFTEMPERATURE: {}", modem.profile.temperature))),
];

fn unquoted(value: &str) -> String {
    value.trim_matches('"').to_owned()
}
