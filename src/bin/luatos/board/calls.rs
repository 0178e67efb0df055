//! `POST /api/NAME`: a call of a function of the table `device`.

use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, StatusCode,
    body::{Bytes, Incoming},
    header::CONTENT_TYPE,
};
use serde_json::Value;
use tokio::time;

use super::{
    hub::{Failure, Hub},
    reply::{self, Problem, Reply},
};

/// Most bytes of arguments.
const MOST_BYTES: usize = 4 << 20;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers a call.
///
/// # Errors
/// There is no such function, the arguments are none, or the call has failed.
pub async fn answer(name: &str, headers: &HeaderMap, body: Incoming, hub: &Hub) -> Result<Reply, Problem> {
    if !hub.names.iter().any(|known| known == name) {
        return Err(unknown(name, &hub.names));
    }
    let arguments = arguments(headers, &read(body, MOST_BYTES).await?)?;
    let values = hub.call(name, arguments).await?;
    Ok(reply::json(StatusCode::OK, Value::Array(values).to_string()))
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Failed(text) => Problem::new(StatusCode::BAD_REQUEST, text),
            Failure::Ended => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the run has ended"),
            Failure::Late => Problem::new(StatusCode::GATEWAY_TIMEOUT, "the script has not answered within 60 s"),
        }
    }
}

/// Reads a body.
///
/// # Errors
/// It is longer than that, takes too long, or breaks off.
pub async fn read(body: Incoming, most: usize) -> Result<Bytes, Problem> {
    match time::timeout(PATIENCE, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let text = format!("a body of at most {most} bytes expected");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, text))
        }
        Ok(Err(error)) => Err(Problem::new(StatusCode::BAD_REQUEST, error.to_string())),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body has not come within 30 s")),
    }
}

/// The arguments in a body: a JSON array, or nothing for none.
fn arguments(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Value>, Problem> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        let text = format!("Content-Type: application/json expected, got {kind:?}");
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    serde_json::from_slice(body).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, format!("a JSON array of the arguments expected: {error}"))
    })
}

fn unknown(name: &str, names: &[String]) -> Problem {
    let meant = websocket::meant(name, names.iter().map(String::as_str));
    let meant = meant.map_or(String::new(), |meant| format!("; did you mean {meant}?"));
    let text = format!("device.{name}: one of {} expected{meant}", names.join(", "));
    Problem::new(StatusCode::NOT_FOUND, text)
}
