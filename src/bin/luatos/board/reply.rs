//! Answers, with the headers that all of them have.

use http_body_util::Full;
use hyper::{
    Response, StatusCode,
    body::Bytes,
    header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde_json::json;

/// An answer.
pub type Reply = Response<Full<Bytes>>;

/// What browsers are told in every answer, beside the `Content-Security-Policy`.
const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// An answer with a body of that type.
pub fn body(status: StatusCode, kind: &'static str, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(bytes.into()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

/// JSON.
pub fn json(status: StatusCode, text: impl Into<Bytes>) -> Reply {
    body(status, "application/json", text)
}

/// Done, and nothing to say.
pub fn empty() -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::NO_CONTENT;
    reply
}

/// A failure: the status, what is wrong, and a header that says what is right.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    text: String,
    header: Option<(HeaderName, &'static str)>,
}

impl Problem {
    /// A failure.
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Problem { status, text: text.into(), header: None }
    }

    /// The path is there, the method is another.
    pub fn not_allowed(allowed: &'static str) -> Self {
        let text = format!("the method has to be {allowed}");
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, text).with(ALLOW, allowed)
    }

    /// The path is none.
    pub fn not_found() -> Self {
        Problem::new(StatusCode::NOT_FOUND, "there is nothing here")
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        let mut reply = json(problem.status, json!({ "error": problem.text }).to_string());
        if let Some((name, value)) = problem.header {
            reply.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        reply
    }
}

/// Adds what browsers are told. A page gets nothing from elsewhere, runs nothing that stands in it, and is in no frame.
pub fn protect<B>(mut reply: Response<B>, host: &str) -> Response<B> {
    let headers = reply.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let policy = format!(
        "default-src 'self'; connect-src 'self' ws://{host}; img-src 'self' blob: data:; media-src 'self' blob:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert("content-security-policy", policy);
    }
    reply
}
