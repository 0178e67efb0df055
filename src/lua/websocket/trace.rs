//! What a WebSocket object sends and gets, for those who listen.

use super::super::runtime::Runtime;
use crate::{
    device::{
        change::{Change, WebSocketChange},
        excerpt::Excerpt,
        topic::Topic,
    },
    websocket::{client::SharedClient, inbox::Event, outbox::Kind},
};

/// Shows what a script sends, where somebody listens.
pub(super) fn show_sent(runtime: &Runtime, client: &SharedClient, kind: Kind, data: &[u8]) {
    emit(runtime, client, || Some(WebSocketChange::Send { opcode: kind.header().1, data: Excerpt::of(data) }));
}

/// Shows what a script gets, likewise.
pub(super) fn show_event(runtime: &Runtime, client: &SharedClient, event: &Event) {
    emit(runtime, client, || match event {
        Event::Message { data, text } => {
            Some(WebSocketChange::Receive { opcode: if *text { 1 } else { 2 }, data: Excerpt::of(data) })
        }
        Event::Sent(_) => None,
        Event::Pong(data) => Some(WebSocketChange::Pong(Excerpt::of(data))),
        Event::Error(why) => Some(WebSocketChange::Failed(why.clone())),
        Event::Close { code, reason } => Some(WebSocketChange::Closed { code: *code, reason: reason.clone() }),
    });
}

/// Shows a change that only has to be made where somebody listens.
pub(super) fn emit(runtime: &Runtime, client: &SharedClient, change: impl FnOnce() -> Option<WebSocketChange>) {
    if !runtime.is_heard(Topic::Ws) {
        return;
    }
    if let Some(change) = change() {
        let peer = client.borrow().endpoint().to_string();
        runtime.emit(&Change::WebSocket { peer, change });
    }
}
