//! The cells around: the one that serves the modem, and in engineering mode a neighbour. `+EEMGINFO` and `+EEMOPT` are
//! LuatOS-Air's own.

use super::{
    Modem,
    command::{Answer, Commands, Form},
};

/// Physical cell and downlink channel of the neighbour.
const NEIGHBOUR: (u16, u16) = (98, 1825);

/// How much weaker the neighbour is than the serving cell, in dB.
const WEAKER: u32 = 12;

/// A code as LuatOS-Air shows it: its digits are hexadecimal, so that the country 460 reads 1120.
fn coded(digits: &str) -> u32 {
    u32::from_str_radix(digits, 16).unwrap_or_default()
}

impl Modem {
    /// The serving cell: country, length of the network's code, that code, area, physical cell, channels down and up,
    /// band, bandwidth, cell, mode, then power, quality and noise of the reference signal, and the main strength,
    /// which LuatOS-Air divides by three, and further ones, of which the nineteenth is the whole strength.
    fn serving_cell(&self) -> String {
        let (mcc, mnc) = self.profile.operator.split_at(3);
        let (area, cell) = self.profile.cell;
        let (quality, power) = self.reference_signal();
        let strength = self.strength();
        format!(
            "+EEMLTESVC: {}, {}, {}, {area}, 0, 1825, 19825, 3, 3, {cell}, 128, {power}, {quality}, 20, {strength}, 0, \
             0, 0, {strength}",
            coded(mcc),
            mnc.len(),
            coded(mnc),
        )
    }

    /// A neighbour of the same network: its number, physical cell, channel, power, quality, country, network, area,
    /// cell.
    fn neighbour(&self) -> String {
        let (mcc, mnc) = self.profile.operator.split_at(3);
        let (area, cell) = self.profile.cell;
        let (physical, channel) = NEIGHBOUR;
        let strength = self.strength().saturating_sub(WEAKER);
        let (mcc, mnc) = (coded(mcc), coded(mnc));
        format!(
            "+EEMLTEINTRA: 0, {physical}, {channel}, {strength}, 12, {mcc}, {mnc}, {area}, {}",
            cell.wrapping_add(1)
        )
    }

    /// The signal on the scale of the cells' lines.
    fn strength(&self) -> u32 {
        u32::from(self.profile.signal.min(31)) * 5 / 2
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+EEMGINFO", |modem, form, _| match form {
        Form::Read if modem.is_registered() && modem.shows_neighbours => {
            Answer::Lines(vec![modem.serving_cell(), modem.neighbour()])
        }
        Form::Read if modem.is_registered() => Answer::line(modem.serving_cell()),
        Form::Read if !modem.is_flying => Answer::line("+EEMGINFO: 3, 2"),
        _ => Answer::OK,
    }),
    ("+EEMOPT", |modem, form, _| match form {
        Form::Set("?") => Answer::line("+EEMOPT: (0,1)"),
        Form::Set(value) => {
            modem.shows_neighbours = value == "1";
            Answer::OK
        }
        Form::Read => Answer::line(format!("+EEMOPT: {}", u8::from(modem.shows_neighbours))),
        Form::Execute(_) => Answer::OK,
    }),
];

#[cfg(test)]
mod tests {
    use super::super::{Clock, Modem, Profile, tests::Bench};

    /// The values of a line.
    fn values<'a>(said: &'a str, prefix: &str) -> Vec<&'a str> {
        let line = said.lines().find_map(|line| line.strip_prefix(prefix));
        line.map_or(Vec::new(), |values| values.split(',').map(str::trim).collect())
    }

    #[test]
    fn the_serving_cell_is_the_profiles() {
        let mut profile = Profile::default();
        profile.set("operator", "46001").unwrap();
        profile.set("cell", "1234:56789").unwrap();
        let mut bench = Bench::with(Modem::new(profile, Clock::default()));
        assert_eq!(bench.ask("AT+EEMGINFO?"), "\r\n+EEMGINFO: 3, 2\r\n\r\nOK\r\n");
        bench.after(2000);
        let said = bench.ask("AT+EEMGINFO?");
        let values = values(&said, "+EEMLTESVC:");
        assert_eq!(values[..4], ["1120", "2", "1", "4660"]);
        assert_eq!((values[7], values[9], values[11], values[14], values.len()), ("3", "354185", "50", "60", 19));
    }

    #[test]
    fn engineering_mode_has_a_neighbour() {
        let mut bench = Bench::registered();
        assert!(!bench.ask("AT+EEMGINFO?").contains("INTRA"));
        assert_eq!(bench.ask("AT+EEMOPT=1"), "\r\nOK\r\n");
        let said = bench.ask("AT+EEMGINFO?");
        assert_eq!(values(&said, "+EEMLTEINTRA:"), ["0", "98", "1825", "48", "12", "1120", "0", "6334", "37858"]);
    }
}
