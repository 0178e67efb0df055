//! `/api/files/PATH`: the files of the device; `/api/picture`: what a display shows. Bytes as they are.

use hyper::{Method, Request, StatusCode, Uri, body::Incoming};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use websocket::lua::board::{from_bytes, into_bytes};

use super::{
    calls, guard,
    hub::Hub,
    reply::{self, Problem, Reply},
};

/// Most bytes of a file that is written.
const MOST_BYTES: usize = 64 << 20;

/// Answers for a file. `path` is that of the device, percent-encoded.
///
/// # Errors
/// There is no such file, it cannot be written, or the method is another.
pub async fn answer(path: &str, request: Request<Incoming>, hub: &Hub) -> Result<Reply, Problem> {
    let path = from_bytes(&percent_decode_str(path).collect::<Vec<_>>());
    match *request.method() {
        Method::GET | Method::HEAD => {
            let bytes = bytes(hub, "file", vec![path]).await?;
            Ok(reply::body(StatusCode::OK, "application/octet-stream", bytes))
        }
        Method::PUT => {
            let content = calls::read(request.into_body(), MOST_BYTES).await?;
            hub.call("file", vec![path, from_bytes(&content)]).await?;
            Ok(reply::empty())
        }
        Method::DELETE => {
            // A file that is not there is not removed.
            bytes(hub, "file", vec![path.clone()]).await?;
            hub.call("file", vec![path, Value::Bool(false)]).await?;
            Ok(reply::empty())
        }
        _ => Err(Problem::not_allowed("GET, HEAD, PUT, DELETE")),
    }
}

/// Answers with a picture of a display.
///
/// # Errors
/// There is no such display.
pub async fn picture(uri: &Uri, hub: &Hub) -> Result<Reply, Problem> {
    let display = guard::query(uri, "display").map(Value::String);
    let bytes = bytes(hub, "picture", display.into_iter().collect()).await?;
    Ok(reply::body(StatusCode::OK, "image/png", bytes))
}

/// The bytes that a call returns.
async fn bytes(hub: &Hub, name: &str, arguments: Vec<Value>) -> Result<Vec<u8>, Problem> {
    let values = hub.call(name, arguments).await?;
    values.into_iter().next().and_then(into_bytes).ok_or_else(Problem::not_found)
}
