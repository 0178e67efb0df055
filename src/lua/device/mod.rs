//! The door to the device: an action of the outside becomes a message of the firmware.

mod actions;
mod changes;
mod conditions;
mod displays;
mod phone;
mod serial;
mod sound;
mod state;

pub(super) use self::{
    actions::table,
    changes::{Heard, HeardAnnouncer},
};
use super::{
    pio::{FALLING_EDGE, RISING_EDGE},
    pmd,
    rtos::numbers::{MSG_HEADSET, MSG_INT, MSG_KEYPAD, MSG_PDP_DEACT_IND, MSG_PMD, MSG_UART_RXDATA},
    runtime::Runtime,
};
use crate::{
    device::{action::Action, audio::Report, board::Event, change::Change, topic::Topic},
    reactor::Body,
    serial::Attached,
};

impl Runtime {
    /// Something happens to the device from outside.
    pub(super) fn act(&self, action: &Action) {
        self.show_action(action);
        self.watched.action(|| self.uptime(), action);
        if matches!(action, Action::Network(false)) && self.modem.borrow().has_network() {
            // Before the sockets tell of their ends: scripts are to know why those come.
            self.reactor.borrow_mut().post(MSG_PDP_DEACT_IND, Body::Fields(vec![("result", 0.into())]));
        }
        match action {
            Action::Conditions(conditions) => self.set_conditions(*conditions),
            Action::ResetConnections => self.reset_connections(),
            _ => {
                self.with_modem(|modem, now| modem.act(action, now));
                self.act_on_board(action);
            }
        }
    }

    /// Shows by `--trace` what happens; what shows as a change of the device anyway is left to that.
    fn show_action(&self, action: &Action) {
        if let Some(topic) = action.topic()
            && self.traced.get().has(topic)
        {
            self.trace(topic, &action.to_string());
        }
    }

    /// The script begins to wait: whether the device may sleep meanwhile is shown, if it is new.
    pub(super) fn begin_wait(&self) {
        self.show_steady_pins();
        self.tell_of_pictures();
        let change = self.board.borrow_mut().power.sleep_change();
        if let Some(may_sleep) = change {
            self.emit(&Change::Sleep(may_sleep));
        }
    }

    /// Bytes come in at a serial port. Where it leads to something real, they come beside what that sends.
    fn receive_at_port(&self, attached: &Attached, bytes: &[u8]) {
        let mut port = attached.port.borrow_mut();
        if port.insert(bytes) {
            self.reactor.borrow_mut().update(attached.id, &mut *port);
        }
    }

    /// The outside has set a level: `--trace` shows it, but it is nothing that the device does.
    fn trace_pin(&self, number: i64) {
        let change = self.board.borrow_mut().pins.change(number);
        if let Some(change) = change {
            self.trace(Topic::Pin, &Change::Pin(change).to_string());
        }
    }

    /// The script hears of the headset.
    pub(super) fn report_headset(&self, Report { kind, parameter }: Report) {
        let fields = vec![("type", kind.into()), ("param", parameter.into())];
        self.reactor.borrow_mut().post(MSG_HEADSET, Body::Fields(fields));
    }

    fn act_on_board(&self, action: &Action) {
        if let Action::Uart { id, bytes } = action
            && let Some(attached) = self.serial_port(*id)
        {
            return self.receive_at_port(&attached, bytes);
        }
        let event = self.board.borrow_mut().act(action, self.uptime());
        if let Action::Input { pin, .. } = action {
            self.trace_pin(*pin);
        }
        let Some(event) = event else { return };
        let (id, fields) = match event {
            Event::Received { uart } => {
                return self.reactor.borrow_mut().post(MSG_UART_RXDATA, Body::Number(uart));
            }
            Event::Edge { pin, rising } => {
                let edge = if rising { RISING_EDGE } else { FALLING_EDGE };
                (MSG_INT, vec![("int_id", edge.into()), ("int_resnum", pin.into())])
            }
            Event::Key { row, column, is_pressed } => (
                MSG_KEYPAD,
                vec![("key_matrix_row", row.into()), ("key_matrix_col", column.into()), ("pressed", is_pressed.into())],
            ),
            Event::Headset(report) => return self.report_headset(report),
            Event::Power => (MSG_PMD, pmd::fields(&self.board.borrow().power)),
        };
        self.reactor.borrow_mut().post(id, Body::Fields(fields));
    }
}
