//! `--board`: the device in a browser, and for other programs: a page, and an API over HTTP and WebSocket.
//!
//! The server has a thread of its own, and speaks with the script's thread through [`Asker`](websocket::lua::board::Asker)
//! and a bounded queue of news alone: the script never waits for a client.

mod address;
mod calls;
mod changes;
mod files;
mod guard;
mod hub;
mod page;
mod reply;
mod routes;
mod server;
mod token;

use mlua::Lua;
use tokio::sync::mpsc;
use websocket::lua::{Runtime, board};

pub use self::address::Address;
use self::{guard::Guard, hub::Hub, token::Token};

/// News that may wait for the server's thread.
const MOST_NEWS: usize = 8192;

/// Begins to serve, and says where. To be called when the runtime is switched on, before the project starts.
///
/// # Errors
/// The address is taken, the token cannot be used, or no thread could be had.
pub fn start(lua: &Lua, address: &Address) -> Result<(), String> {
    let problem = |error: &dyn std::fmt::Display| format!("--board: {error}");
    let token = Token::make()?;
    let listener = address.listen()?;
    let bound = listener.local_addr().map_err(|error| problem(&error))?;
    let (sender, news) = mpsc::channel(MOST_NEWS);
    let told = move |news| sender.try_send(news).is_ok();
    let (asker, names) = board::open(lua, told).map_err(|error| problem(&error))?;
    let output = Runtime::of(lua).map_err(|error| problem(&error))?.output.clone();
    let shown = format!("board: http://{}/?token={}", address.shown(bound), token.text());
    let hub = Hub::new(asker, names, Guard::new(bound, address.host(), token));
    server::start(listener, hub, news).map_err(|error| problem(&error))?;
    output.report(None, &shown);
    if !bound.ip().is_loopback() {
        let warning =
            format!("[W]-[luatos] board: others in the network reach {bound}; who has the token controls the device");
        output.report(None, &warning);
    }
    Ok(())
}
