//! The network: searching for it, being registered in it, losing it, and the commands about it.

use std::time::Instant;

use super::{
    Modem,
    card::Sim,
    command::{Answer, Commands, Form},
};

/// The address that the network assigns.
const ADDRESS: &str = "10.0.0.2";

/// LTE (3GPP TS 27.007 section 7.2).
const TECHNOLOGY: u8 = 7;

/// Whether the modem is in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Registration {
    /// It does not look for one.
    Off,
    /// It looks for one, which it will have found at that time; none is there to be found without a time.
    Searching(Option<Instant>),
    /// It has an address.
    Registered,
}

/// What is reported of the registration, by the command that sets it: 0 nothing, 1 the state, 2 also the cell.
#[derive(Debug)]
pub(super) struct Reports([(&'static str, u8); 3]);

impl Default for Reports {
    fn default() -> Self {
        Reports([("+CREG", 0), ("+CGREG", 0), ("+CEREG", 0)])
    }
}

impl Reports {
    fn detail(&mut self, name: &str) -> &mut u8 {
        let index = self.0.iter().position(|(known, _)| *known == name).unwrap_or(0);
        &mut self.0[index].1
    }
}

impl Modem {
    /// Coverage comes or goes.
    pub fn set_coverage(&mut self, has_coverage: bool, now: Instant) {
        self.has_coverage = has_coverage;
        self.review_network("NW", now);
    }

    /// Why there is no network for sockets; `None` where there is one: coverage, a card that gives access, and no
    /// flight mode. The search for it does not count, so that scripts which do not wait for it work too.
    pub fn network_problem(&self) -> Option<&'static str> {
        match self.sim() {
            _ if self.is_flying => Some("there is no network: the device is in flight mode"),
            Sim::Ready if self.has_coverage => None,
            Sim::Ready => Some("there is no network: no coverage"),
            _ => Some("there is no network: no SIM card that gives access"),
        }
    }

    /// Decides anew whether to look for a network, after something that this depends on has changed. `who` ends
    /// the connection if there is one: `ME` the modem, `NW` the network.
    pub(super) fn review_network(&mut self, who: &str, now: Instant) {
        let was_registered = self.is_registered();
        self.registration = self.reviewed(now);
        self.report_loss(was_registered, who);
    }

    /// Likewise; a present registration is void, as it is another subscriber's.
    pub(super) fn register_anew(&mut self, who: &str, now: Instant) {
        let was_registered = self.is_registered();
        self.registration = Registration::Off;
        self.registration = self.reviewed(now);
        self.report_loss(was_registered, who);
    }

    /// The registration as it follows from what it depends on.
    fn reviewed(&self, now: Instant) -> Registration {
        let may_search = self.powered && !self.is_flying && self.sim() == Sim::Ready;
        match self.registration {
            _ if !may_search => Registration::Off,
            _ if !self.has_coverage => Registration::Searching(None),
            Registration::Registered => Registration::Registered,
            Registration::Searching(Some(found)) => Registration::Searching(Some(found)),
            _ => Registration::Searching(Some(now + self.profile.register_after)),
        }
    }

    fn report_loss(&mut self, was_registered: bool, who: &str) {
        if was_registered && !self.is_registered() {
            self.report_registration();
            self.drop_calls();
            // With the network goes the context that scripts use (5).
            self.say(&format!("*CGEV: {who} PDN DEACT,5"));
        }
    }

    /// Registers if the search has come to its end.
    pub(super) fn finish_search(&mut self, now: Instant) {
        if !matches!(self.registration, Registration::Searching(Some(found)) if found <= now) {
            return;
        }
        self.registration = Registration::Registered;
        self.messages.network_is_there(now);
        self.report_registration();
        if !std::mem::replace(&mut self.is_at_service, true) {
            self.say("CALL READY");
            self.say("SMS READY");
        }
        self.report_time();
    }

    pub(super) fn is_registered(&self) -> bool {
        self.registration == Registration::Registered
    }

    /// Says the state of the registration, in the forms that were asked for.
    fn report_registration(&mut self) {
        for index in 0..self.reports.0.len() {
            let (name, detail) = self.reports.0[index];
            if detail > 0 {
                self.say(&format!("{name}: {}", self.state(detail)));
            }
        }
    }

    /// The state: 0 not searching, 1 registered, 2 searching; with a `detail` of 2 also area, cell and technology.
    fn state(&self, detail: u8) -> String {
        let (area, cell) = self.profile.cell;
        match self.registration {
            Registration::Off => "0".into(),
            Registration::Searching(_) => "2".into(),
            Registration::Registered if detail < 2 => "1".into(),
            Registration::Registered => format!("1,\"{area:04x}\",\"{cell:04x}\",{TECHNOLOGY}"),
        }
    }

    /// `AT+CREG` and the like: how much is reported, or the state.
    fn registration(&mut self, name: &str, form: Form<'_>) -> Answer {
        match form {
            Form::Set(detail) => match detail.parse() {
                Ok(detail @ 0..=2) => {
                    *self.reports.detail(name) = detail;
                    Answer::OK
                }
                _ => Answer::Error,
            },
            Form::Read => {
                let detail = *self.reports.detail(name);
                Answer::line(format!("{name}: {detail},{}", self.state(detail)))
            }
            Form::Execute(_) => Answer::OK,
        }
    }

    /// `AT+CFUN=0` and 4 leave the network, 1 joins it again.
    fn set_function(&mut self, value: &str, now: Instant) -> Answer {
        let is_flying = match value.split(',').next() {
            Some("0" | "4") => true,
            Some("1") => false,
            _ => return Answer::Error,
        };
        if std::mem::replace(&mut self.is_flying, is_flying) != is_flying {
            if !is_flying {
                self.report_card();
            }
            self.review_network("ME", now);
        }
        Answer::OK
    }

    /// The strength of the signal; 99 without a network.
    pub(super) fn signal(&self) -> u8 {
        if self.is_registered() { self.profile.signal } else { 99 }
    }

    /// Quality and power of the reference signal, which go with the strength as in a usual cell.
    pub(super) fn reference_signal(&self) -> (u8, u8) {
        match self.signal() {
            99 => (255, 255),
            signal => (20, 2 * signal + 2),
        }
    }

    /// `AT+CGDCONT`: the access point is set, or asked for together with the address.
    fn context(&mut self, form: Form<'_>) -> Answer {
        match form {
            Form::Set(value) => {
                if let Some(apn) = value.split(',').nth(2) {
                    self.apn = apn.trim_matches('"').to_owned();
                }
                Answer::OK
            }
            _ if self.is_registered() => Answer::line(format!("+CGDCONT: 1,\"IP\",\"{}\",\"{ADDRESS}\",0,0", self.apn)),
            _ => Answer::line(format!("+CGDCONT: 1,\"IP\",\"{}\"", self.apn)),
        }
    }
}

pub(super) const COMMANDS: Commands = &[
    ("+CREG", |modem, form, _| modem.registration("+CREG", form)),
    ("+CGREG", |modem, form, _| modem.registration("+CGREG", form)),
    ("+CEREG", |modem, form, _| modem.registration("+CEREG", form)),
    ("+CFUN", |modem, form, now| match form {
        Form::Set(value) => modem.set_function(value, now),
        _ => Answer::line(format!("+CFUN: {}", u8::from(!modem.is_flying))),
    }),
    ("+COPS", |modem, form, _| match form {
        Form::Read if modem.is_registered() => {
            Answer::line(format!("+COPS: 0,2,\"{}\",{TECHNOLOGY}", modem.profile.operator))
        }
        Form::Read => Answer::line("+COPS: 0"),
        _ => Answer::OK,
    }),
    // The error rate is unknown in LTE.
    ("+CSQ", |modem, _, _| Answer::line(format!("+CSQ: {},99", modem.signal()))),
    ("+CESQ", |modem, _, _| {
        let (quality, power) = modem.reference_signal();
        Answer::line(format!("+CESQ: 99,99,255,255,{quality},{power}"))
    }),
    ("+CGATT", |modem, form, _| match form {
        Form::Read => Answer::line(format!("+CGATT: {}", u8::from(modem.is_registered()))),
        _ => Answer::OK,
    }),
    ("+CGACT", |modem, form, _| match form {
        Form::Read if modem.is_registered() => Answer::Lines(vec!["+CGACT: 1,1".into(), "+CGACT: 5,1".into()]),
        _ => Answer::OK,
    }),
    ("+CGDCONT", |modem, form, _| modem.context(form)),
];

#[cfg(test)]
mod tests {
    use super::super::{Clock, Modem, Profile, tests::Bench};

    const REGISTERED: &str = "1,\"18be\",\"93e1\",7";

    #[test]
    fn registers_after_a_search() {
        let mut bench = Bench::new();
        assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 2,2\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CSQ"), "\r\n+CSQ: 99,99\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CGDCONT?"), "\r\n+CGDCONT: 1,\"IP\",\"cmnet\"\r\n\r\nOK\r\n");
        assert_eq!(bench.after(1999), "");
        let said = bench.after(1);
        assert!(said.starts_with(&format!("\r\n+CREG: {REGISTERED}\r\n\r\n+CGREG: {REGISTERED}\r\n")), "{said}");
        assert!(said.ends_with("\r\nCALL READY\r\n\r\nSMS READY\r\n"), "{said}");
        assert_eq!(bench.modem.deadline(), None);
        assert_eq!(bench.ask("AT+CSQ"), "\r\n+CSQ: 24,99\r\n\r\nOK\r\n");
        assert!(bench.ask("AT+CGDCONT?").contains("\"10.0.0.2\""));
    }

    #[test]
    fn without_a_search_it_is_registered_from_the_start() {
        let mut profile = Profile::default();
        profile.set("register_after", "0").unwrap();
        let mut bench = Bench::with(Modem::new(profile, Clock::default()));
        assert_eq!(bench.said(), "\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nCALL READY\r\n\r\nSMS READY\r\n");
        assert_eq!(bench.ask("AT+CREG?"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
    }

    #[test]
    fn flight_mode_leaves_the_network_and_comes_back() {
        let mut bench = Bench::registered();
        let left = bench.ask("AT+CFUN=0");
        assert!(left.starts_with("\r\nOK\r\n\r\n+CREG: 0\r\n"), "{left}");
        assert!(left.ends_with("\r\n*CGEV: ME PDN DEACT,5\r\n"), "{left}");
        assert_eq!(bench.ask("AT+CFUN=0"), "\r\nOK\r\n");
        assert_eq!(bench.ask("AT+CFUN?"), "\r\n+CFUN: 0\r\n\r\nOK\r\n");
        assert!(bench.ask("AT+CEREG?").contains("+CEREG: 2,0\r\n"));
        assert!(!bench.ask("AT+CGDCONT?").contains("10.0.0.2"));
        assert_eq!(bench.ask("AT+CFUN=1"), "\r\nOK\r\n\r\n+CPIN: READY\r\n");
        assert!(bench.after(2000).contains(&format!("+CEREG: {REGISTERED}\r\n")));
        assert!(bench.ask("AT+CGDCONT?").contains("10.0.0.2"));
        assert_eq!(bench.ask("AT+CFUN=x"), "\r\nERROR\r\n");
    }

    #[test]
    fn coverage_goes_and_comes() {
        let mut bench = Bench::registered();
        bench.modem.set_coverage(false, bench.now);
        assert!(bench.said().ends_with("\r\n+CEREG: 2\r\n\r\n*CGEV: NW PDN DEACT,5\r\n"));
        assert_eq!(bench.ask("AT+CESQ"), "\r\n+CESQ: 99,99,255,255,255,255\r\n\r\nOK\r\n");
        assert_eq!(bench.ask("AT+COPS?"), "\r\n+COPS: 0\r\n\r\nOK\r\n");
        assert_eq!(bench.modem.deadline(), None);
        assert_eq!(bench.after(60_000), "");
        bench.modem.set_coverage(true, bench.now);
        assert!(bench.after(2000).contains(&format!("+CREG: {REGISTERED}\r\n")));
    }

    #[test]
    fn what_is_reported_is_chosen() {
        let mut bench = Bench::registered();
        bench.ask("AT+CREG=1");
        bench.ask("AT+CGREG=0");
        assert_eq!(bench.ask("AT+CGREG=3"), "\r\nERROR\r\n");
        bench.ask("AT+CFUN=4");
        bench.ask("AT+CFUN=1");
        assert_eq!(bench.after(2000), format!("\r\n+CREG: 1\r\n\r\n+CEREG: {REGISTERED}\r\n"));
    }

    #[test]
    fn the_operator_is_the_profiles() {
        let mut profile = Profile::default();
        profile.set("operator", "46001").unwrap();
        let mut bench = Bench::with(Modem::new(profile, Clock::default()));
        bench.after(2000);
        assert!(bench.ask("AT+COPS?").contains("\"46001\""));
    }

    #[test]
    fn the_access_point_is_kept() {
        let mut bench = Bench::registered();
        bench.ask("AT+CGDCONT=1,\"IP\",\"private\"");
        assert!(bench.ask("AT+CGDCONT?").contains("\"private\",\"10.0.0.2\""));
    }
}
