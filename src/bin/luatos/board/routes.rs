//! Which request is answered how.

use std::sync::Arc;

use hyper::{Method, Request, StatusCode, body::Incoming, header::WWW_AUTHENTICATE};

use super::{
    calls, changes, files,
    hub::Hub,
    page,
    reply::{self, Problem, Reply},
};

/// What the API is; see `scripts/types/openapi.lua`.
const OPENAPI: &str = include_str!("openapi.json");

/// Answers a request.
pub async fn answer(request: Request<Incoming>, hub: Arc<Hub>) -> Reply {
    let Some(host) = hub.guard.host(request.headers()).map(str::to_owned) else {
        return Problem::new(StatusCode::FORBIDDEN, "Host: the address that luatos --board has printed expected")
            .into();
    };
    let answer = if hub.guard.is_same_origin(request.headers(), &host) {
        route(request, hub).await
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "Origin: pages of other sites have no access"))
    };
    reply::protect(answer.unwrap_or_else(Reply::from), &host)
}

async fn route(request: Request<Incoming>, hub: Arc<Hub>) -> Result<Reply, Problem> {
    let has_token = hub.guard.has_token(request.uri(), request.headers());
    let path = request.uri().path().to_owned();
    match path.strip_prefix("/api/") {
        Some(_) if !has_token => {
            let text = "the token is missing or wrong: ?token= or Authorization: Bearer";
            Err(Problem::new(StatusCode::UNAUTHORIZED, text).with(WWW_AUTHENTICATE, "Bearer"))
        }
        Some(name) => api(name, request, hub).await,
        None => asset(&path, request.method()),
    }
}

async fn api(name: &str, request: Request<Incoming>, hub: Arc<Hub>) -> Result<Reply, Problem> {
    if let Some(path) = name.strip_prefix("files")
        && path.starts_with('/')
    {
        return files::answer(path, request, &hub).await;
    }
    let method = request.method().clone();
    match (name, &method) {
        ("changes", &Method::GET) => changes::upgrade(request, hub),
        ("changes", _) => Err(Problem::not_allowed("GET")),
        ("state", &Method::GET) => {
            let values = hub.call("state", Vec::new()).await?;
            Ok(reply::json(StatusCode::OK, values.first().cloned().unwrap_or_default().to_string()))
        }
        ("picture", &Method::GET) => files::picture(request.uri(), &hub).await,
        ("openapi.json", &Method::GET) => Ok(reply::json(StatusCode::OK, OPENAPI)),
        ("openapi.json", _) => Err(Problem::not_allowed("GET")),
        (_, &Method::POST) => {
            let (head, body) = request.into_parts();
            calls::answer(name, &head.headers, body, &hub).await
        }
        ("state" | "picture", _) => Err(Problem::not_allowed("GET, POST")),
        (name, _) if hub.names.iter().any(|known| known == name) => Err(Problem::not_allowed("POST")),
        _ => Err(Problem::not_found()),
    }
}

fn asset(path: &str, method: &Method) -> Result<Reply, Problem> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Problem::not_allowed("GET, HEAD"));
    }
    match page::file(path) {
        Some((kind, bytes)) => Ok(reply::body(StatusCode::OK, kind, bytes)),
        None => Err(Problem::not_found()),
    }
}
