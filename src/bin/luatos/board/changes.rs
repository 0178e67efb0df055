//! `GET /api/changes`: a WebSocket that tells of the state, of what the device does, and of what befalls it.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{
    SinkExt, StreamExt,
    future::{self, Either},
    pin_mut,
    stream::SplitSink,
};
use hyper::{
    HeaderMap, Request, StatusCode,
    body::{Bytes, Incoming},
    header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
    upgrade::Upgraded,
};
use hyper_util::rt::TokioIo;
use tokio::time;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{
    feed::{Next, Place},
    guard,
    hub::{Hub, MOST_LINES, MOST_WATCHERS, Watcher, lost_message},
    reply::{Problem, Reply},
};

/// How often a client is pinged, and how long it may be silent.
const PINGS: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_secs(90);

/// Longest message of a client, none of which means anything.
const LONGEST: usize = 4096;

/// How long the log waits for the state, which comes first where the script waits.
const FIRST_STATE: Duration = Duration::from_millis(500);

type Sink = SplitSink<WebSocketStream<TokioIo<Upgraded>>, Message>;

/// Upgrades a connection, and serves it from then on.
///
/// # Errors
/// The request is no handshake of RFC 6455, or asks for lines by what is no number.
pub fn upgrade(mut request: Request<Incoming>, hub: Arc<Hub>) -> Result<Reply, Problem> {
    let accept = accepted(request.headers())?;
    let lines = match guard::query(request.uri(), "log").map(|text| text.parse::<usize>()) {
        None => MOST_LINES,
        Some(Ok(lines)) => lines,
        Some(Err(_)) => return Err(Problem::new(StatusCode::BAD_REQUEST, "log: a number of lines expected")),
    };
    let Some(watcher) = hub.enter() else {
        let text = format!("{MOST_WATCHERS} clients watch already; a page that is closed makes room");
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, text));
    };
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgraded.await {
            let limits = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(limits)).await;
            serve(socket, watcher, lines).await;
        }
    });
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = reply.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(reply)
}

/// What accepts the handshake (RFC 6455 section 4.2).
fn accepted(headers: &HeaderMap) -> Result<HeaderValue, Problem> {
    let has = |name, value: &str| {
        let text = headers.get(name).and_then(|text| text.to_str().ok()).unwrap_or_default();
        text.split(',').any(|token| token.trim().eq_ignore_ascii_case(value))
    };
    let wrong = |text| Problem::new(StatusCode::UPGRADE_REQUIRED, text);
    if !has(UPGRADE, "websocket") || !has(CONNECTION, "upgrade") {
        return Err(wrong("a WebSocket handshake (RFC 6455) expected").with(UPGRADE, "websocket"));
    }
    if !has(SEC_WEBSOCKET_VERSION, "13") {
        return Err(wrong("Sec-WebSocket-Version: 13 expected").with(SEC_WEBSOCKET_VERSION, "13"));
    }
    let accept = headers.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    accept
        .and_then(|accept| HeaderValue::try_from(accept).ok())
        .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "Sec-WebSocket-Key is missing"))
}

/// Serves a client until it goes, or the run ends.
async fn serve(socket: WebSocketStream<TokioIo<Upgraded>>, watcher: Watcher, lines: usize) {
    let (sink, mut stream) = socket.split();
    let write = tell(sink, watcher.hub(), lines);
    // Reading answers pings, and shows the end. A client whose computer sleeps is gone without a word.
    let read = async { while let Ok(Some(Ok(_))) = time::timeout(SILENCE, stream.next()).await {} };
    pin_mut!(write, read);
    match future::select(write, read).await {
        Either::Left(_) | Either::Right(_) => {}
    }
}

async fn tell(mut sink: Sink, hub: &Hub, lines: usize) -> Result<(), Error> {
    let (log, mut place) = hub.follow(lines);
    if let Ok(Ok(state)) = time::timeout(FIRST_STATE, hub.state()).await {
        sink.feed(Message::Text(state)).await?;
    }
    for line in log {
        sink.feed(Message::Text(line)).await?;
    }
    sink.flush().await?;
    let mut ping = Instant::now() + PINGS;
    while let Some(text) = next(&mut place, hub, &mut sink).await? {
        sink.feed(Message::Text(text)).await?;
        // The state comes each second.
        if Instant::now() >= ping {
            sink.feed(Message::Ping(Bytes::new())).await?;
            ping = Instant::now() + PINGS;
        }
    }
    sink.close().await
}

/// The next message; nothing at the end of the run. What waits to be written goes out before this waits: messages that
/// come together leave together.
async fn next(place: &mut Place, hub: &Hub, sink: &mut Sink) -> Result<Option<Utf8Bytes>, Error> {
    loop {
        match hub.feed.next(place) {
            Next::Message(text) => return Ok(Some(text)),
            Next::Lost(count) => return Ok(Some(lost_message(count))),
            Next::Nothing => sink.flush().await?,
        }
        if let Either::Right(_) = future::select(pin!(place.changed()), pin!(hub.ended())).await {
            return Ok(None);
        }
    }
}
