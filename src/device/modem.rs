//! A virtual LTE modem: AT commands in, answers and unsolicited lines out (3GPP TS 27.007, and what
//! LuatOS-Air's own libraries ask for). It has a SIM, registers at once and always has an address.

/// Longest command line in bytes; a longer one is an error.
const MAX_LINE: usize = 4096;

/// Cell data as the firmware prints it: codes are BCD in hexadecimal, so that MCC 460 reads 1120.
const MCC: u32 = 0x460;
const MNC: u32 = 0x00;
const TAC: u32 = 0x18be;
const CELL: u32 = 0x93e1;

/// What ends the text that a command asks for, and what gives it up.
const CTRL_Z: u8 = 0x1a;
const ESCAPE: u8 = 0x1b;

/// All parts of the radio are calibrated, and there is an antenna.
const CALIBRATION: &str = "LTE_afc:1,LTE_TDD_agc:1,LTE_TDD_apc:1,LTE_FDD_agc:1,LTE_FDD_apc:1,ANT_LTE:1";

/// Registered (1) in the home network, by LTE (7).
const REGISTERED: &str = "1,\"18be\",\"93e1\",7";

/// What the modem keeps between commands.
#[derive(Debug)]
pub struct Modem {
    line: Vec<u8>,
    powered: bool,
    flight_mode: bool,
    sim: u8,
    apn: String,
    serial: String,
    imei: String,
    /// A command has asked for a text, which goes nowhere.
    takes_text: bool,
    /// Messages "sent".
    messages: u8,
}

impl Default for Modem {
    fn default() -> Self {
        Modem {
            line: Vec::new(),
            powered: false,
            flight_mode: false,
            sim: 0,
            apn: "cmnet".into(),
            serial: "LUATOS-DESKTOP".into(),
            // 14 digits and their check digit, of the range that is reserved for tests.
            imei: "001012345678903".into(),
            takes_text: false,
            messages: 0,
        }
    }
}

impl Modem {
    /// Switches the modem on; what it says then. Nothing if it is on already.
    pub fn power_on(&mut self) -> String {
        if std::mem::replace(&mut self.powered, true) {
            return String::new();
        }
        lines(&["RDY", "+CPIN: READY"])
    }

    /// Takes bytes from the AT port; a carriage return ends a command, Ctrl-Z or Escape the text that
    /// it has asked for. Returns the answers.
    pub fn feed(&mut self, bytes: &[u8]) -> String {
        let mut answers = String::new();
        for byte in bytes {
            match byte {
                &CTRL_Z if self.takes_text => {
                    self.takes_text = false;
                    self.messages = self.messages.wrapping_add(1);
                    answers += &lines(&[format!("+CMGS: {}", self.messages), "OK".into()]);
                }
                &ESCAPE if self.takes_text => {
                    self.takes_text = false;
                    answers += &lines(&["OK"]);
                }
                _ if self.takes_text => {}
                b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    answers += &self.command(&String::from_utf8_lossy(&line));
                }
                b'\n' => {}
                _ if self.line.len() < MAX_LINE => self.line.push(*byte),
                _ => {}
            }
        }
        answers
    }

    fn command(&mut self, line: &str) -> String {
        let line = line.trim();
        if line.is_empty() {
            return String::new();
        }
        let Some(body) = line.strip_prefix("AT").or_else(|| line.strip_prefix("at")) else {
            return lines(&["ERROR"]);
        };
        if line.len() >= MAX_LINE {
            return lines(&["ERROR"]);
        }
        let (head, argument) = match body.find(['=', '?']) {
            Some(at) => body.split_at(at),
            None => (body, ""),
        };
        let value = argument.strip_prefix('=').unwrap_or_default();
        let registration = if self.flight_mode { "0" } else { REGISTERED };
        let mut answer: Vec<String> = match (head, argument) {
            ("+CPIN", "?") => vec!["+CPIN: READY".into()],
            ("+ICCID", _) => vec!["+ICCID: 89860012345678901234".into()],
            ("+CIMI", _) => vec!["460001234567890".into()],
            ("+SIMCROSS", "?") => vec![format!("+SIMCROSS: {}", self.sim)],
            ("+SIMCROSS", _) => {
                self.sim = u8::from(value.starts_with('1'));
                vec![]
            }
            ("+COPS", "?") if self.flight_mode => vec!["+COPS: 0".into()],
            ("+COPS", "?") => vec!["+COPS: 0,2,\"46000\",7".into()],
            ("+CREG" | "+CGREG" | "+CEREG", "?") => vec![format!("{head}: 2,{registration}")],
            ("+CSQ", _) => vec![format!("+CSQ: {},0", if self.flight_mode { 99 } else { 24 })],
            ("+CESQ", _) => vec!["+CESQ: 99,99,255,255,20,50".into()],
            ("+EEMGINFO", "?") if !self.flight_mode => vec![cell_info()],
            ("+CGATT", "?") => vec![format!("+CGATT: {}", u8::from(!self.flight_mode))],
            ("+CGDCONT", "?") if self.flight_mode => vec![format!("+CGDCONT: 1,\"IP\",\"{}\"", self.apn)],
            ("+CGDCONT", "?") => vec![format!("+CGDCONT: 1,\"IP\",\"{}\",\"10.0.0.2\",0,0", self.apn)],
            ("+CGDCONT", _) => {
                if let Some(apn) = value.split(',').nth(2) {
                    self.apn = apn.trim_matches('"').to_owned();
                }
                vec![]
            }
            ("+CGSN", _) => vec![self.imei.clone()],
            ("+WISN", "?") => vec![self.serial.clone()],
            ("+WISN", _) => {
                self.serial = value.trim_matches('"').to_owned();
                vec![]
            }
            ("+WIMEI", _) if !value.is_empty() => {
                self.imei = value.trim_matches('"').to_owned();
                vec![]
            }
            ("+CGMM", _) => vec!["+CGMM: \"Air724UG\"".into()],
            ("+MUID", _) => vec!["+MUID: 20180101120000A000000".into()],
            ("+CALIBINFO", "?") => vec![CALIBRATION.into()],
            ("+CNUM", _) => vec!["+CNUM: \"\",\"+8613000000000\",145".into()],
            ("+CMGS", _) if !value.is_empty() => {
                self.takes_text = true;
                return "\r\n> ".into();
            }
            ("+RFTEMPERATURE", _) => vec!["+RFTEMPERATURE: 28".into()],
            ("+CFUN", "?") => vec![format!("+CFUN: {}", u8::from(!self.flight_mode))],
            ("+CFUN", _) => return self.set_function(value),
            // Everything else that is well formed is accepted, as far as a script can tell.
            _ if is_well_formed(head) => vec![],
            _ => return lines(&["ERROR"]),
        };
        answer.push("OK".into());
        lines(&answer)
    }

    /// `AT+CFUN=0` and 4 leave the network, 1 joins it again.
    fn set_function(&mut self, value: &str) -> String {
        let flight_mode = match value.split(',').next() {
            Some("0" | "4") => true,
            Some("1") => false,
            _ => return lines(&["ERROR"]),
        };
        if std::mem::replace(&mut self.flight_mode, flight_mode) == flight_mode {
            return lines(&["OK"]);
        }
        if flight_mode {
            // With the network goes the context that scripts use (5).
            lines(&["OK", "+CREG: 0", "+CGREG: 0", "+CEREG: 0", "*CGEV: ME PDN DEACT,5"])
        } else {
            let registered = format!("+CREG: {REGISTERED}");
            lines(&["OK".to_owned(), "+CPIN: READY".into(), registered, format!("+CEREG: {REGISTERED}")])
        }
    }
}

/// The serving cell: of the 15 and more fields the first, third, fourth, tenth and fifteenth count
/// (MCC, MNC, TAC, cell id, signal times three).
fn cell_info() -> String {
    format!("+EEMLTESVC: {MCC}, 2, {MNC}, {TAC}, 0, 1825, 19825, 1, 3, {CELL}, 128, 0, 0, 0, 60, 0")
}

/// Whether a command name is well formed: letters and digits, after an optional sign, such as `E0`,
/// `+CSQ`, `^HEAPINFO` or `*BAND`.
fn is_well_formed(head: &str) -> bool {
    let name = head.trim_start_matches(['+', '^', '*', '&', '$']);
    name.is_empty() == head.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn lines(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| format!("\r\n{}\r\n", text.as_ref())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boots_once_with_the_sim_ready() {
        let mut modem = Modem::default();
        assert_eq!(modem.power_on(), "\r\nRDY\r\n\r\n+CPIN: READY\r\n");
        assert_eq!(modem.power_on(), "");
    }

    #[test]
    fn commands_come_in_any_pieces() {
        let mut modem = Modem::default();
        assert_eq!(modem.feed(b"AT+C"), "");
        assert_eq!(modem.feed(b"SQ\rAT+CIMI\r"), "\r\n+CSQ: 24,0\r\n\r\nOK\r\n\r\n460001234567890\r\n\r\nOK\r\n");
    }

    #[test]
    fn unknown_commands_are_accepted_and_garbage_is_not() {
        let mut modem = Modem::default();
        for command in ["AT", "ATE0", "AT+RNDISCALL=0,1", "AT^HEAPINFO", "AT*BAND?", "AT+CCLK=\"26/01/01,00:00:00+32\""]
        {
            assert_eq!(modem.feed(format!("{command}\r").as_bytes()), "\r\nOK\r\n", "{command}");
        }
        for garbage in ["hello", "AT+", "AT+ü", "AT+CFUN=x"] {
            assert_eq!(modem.feed(format!("{garbage}\r").as_bytes()), "\r\nERROR\r\n", "{garbage}");
        }
        let endless = [b"AT+".as_slice(), &[b'A'; 2 * MAX_LINE], b"\r"].concat();
        assert_eq!(modem.feed(&endless), "\r\nERROR\r\n");
    }

    #[test]
    fn flight_mode_leaves_the_network_and_comes_back() {
        let mut modem = Modem::default();
        let left = modem.feed(b"AT+CFUN=0\r");
        assert!(left.contains("+CREG: 0") && left.ends_with("*CGEV: ME PDN DEACT,5\r\n"), "{left}");
        assert_eq!(modem.feed(b"AT+CFUN=0\r"), "\r\nOK\r\n");
        assert!(modem.feed(b"AT+CEREG?\r").contains("+CEREG: 2,0\r\n"));
        assert!(!modem.feed(b"AT+CGDCONT?\r").contains("10.0.0.2"));
        assert!(modem.feed(b"AT+CFUN=1\r").contains("+CREG: 1,\"18be\",\"93e1\",7"));
        assert!(modem.feed(b"AT+CGDCONT?\r").contains("10.0.0.2"));
    }

    #[test]
    fn a_message_is_asked_for_and_taken_whole() {
        let mut modem = Modem::default();
        assert_eq!(modem.feed(b"AT+CMGS=20\r"), "\r\n> ");
        assert_eq!(modem.feed(b"0011AT+CSQ\r"), "");
        assert_eq!(modem.feed(b"\x1aAT+CSQ\r"), "\r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CSQ: 24,0\r\n\r\nOK\r\n");
        assert_eq!(modem.feed(b"AT+CMGS=20\r\x1b"), "\r\n> \r\nOK\r\n");
        assert_eq!(modem.feed(b"AT+CMGS\r"), "\r\nOK\r\n");
    }

    #[test]
    fn settings_are_kept() {
        let mut modem = Modem::default();
        modem.feed(b"AT+WISN=\"SN1\"\rAT+SIMCROSS=1\rAT+CGDCONT=1,\"IP\",\"private\"\r");
        assert!(modem.feed(b"AT+WISN?\r").contains("SN1"));
        assert!(modem.feed(b"AT+SIMCROSS?\r").contains("+SIMCROSS: 1"));
        assert!(modem.feed(b"AT+CGDCONT?\r").contains("\"private\",\"10.0.0.2\""));
    }
}
