//! `--board`: the device in a browser, and for other programs: a page, and an API over HTTP and WebSocket.
//!
//! The server has a thread of its own, and speaks with the script's thread through [`Asker`](websocket::lua::board::Asker)
//! and a bounded queue of news alone: the script never waits for a client.

mod address;
mod calls;
mod changes;
mod feed;
mod files;
mod guard;
mod hub;
mod kept;
mod page;
mod reply;
mod ring;
mod routes;
mod server;
mod token;

use std::{
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use mlua::Lua;
use tokio::sync::mpsc;
use websocket::lua::{Runtime, board};

pub use self::{address::Address, kept::reserve};
use self::{guard::Guard, hub::Hub, kept::Kept, server::Server, token::Token};

/// News that may wait for the server's thread.
const MOST_NEWS: usize = 8192;

/// What serves in this process, and what the next one is to serve as.
static SERVES: Mutex<Option<(Server, Kept)>> = Mutex::new(None);

/// Begins to serve, and says where. To be called when the runtime is switched on, before the project starts.
///
/// # Errors
/// The address is taken, the token cannot be used, or no thread could be had.
pub fn start(lua: &Lua, address: &Address) -> Result<(), String> {
    let problem = |error: &dyn std::fmt::Display| format!("--board: {error}");
    let token = Token::make()?;
    let listener = kept::listen(address)?;
    let bound = listener.local_addr().map_err(|error| problem(&error))?;
    let (sender, news) = mpsc::channel(MOST_NEWS);
    let told = move |news| sender.try_send(news).is_ok();
    let (asker, names) = board::open(lua, told).map_err(|error| problem(&error))?;
    let output = Runtime::of(lua).map_err(|error| problem(&error))?.output.clone();
    let kept = Kept::new(bound.port(), &token);
    if !kept.is_known() {
        output.report(None, &format!("board: http://{}/?token={}", address.shown(bound), token.text()));
        if !bound.ip().is_loopback() {
            output.report(None, &others_reach_it(&bound.to_string()));
        }
    }
    let hub = Hub::new(asker, names, Guard::new(bound, address.host(), token));
    let server = server::start(listener, hub, news).map_err(|error| problem(&error))?;
    *serves() = Some((server, kept));
    Ok(())
}

fn others_reach_it(bound: &str) -> String {
    format!("[W]-[luatos] board: others in the network reach {bound}; who has the token controls the device")
}

/// Ends the serving, if there is any. To be called before the process ends or is replaced. Another process that the
/// command begins serves at the same port with the same token.
pub fn close(next: Option<&mut Command>) {
    let Some((server, kept)) = serves().take() else { return };
    if let Some(command) = next {
        kept.give(command);
    }
    server.end();
}

fn serves() -> MutexGuard<'static, Option<(Server, Kept)>> {
    SERVES.lock().unwrap_or_else(PoisonError::into_inner)
}
