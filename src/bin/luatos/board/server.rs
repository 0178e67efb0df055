//! The server's thread: it accepts connections, and serves HTTP/1.1 on them.

use std::{
    convert::Infallible,
    io,
    net::TcpListener,
    pin::pin,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use futures_util::future;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net,
    sync::{Semaphore, mpsc::Receiver, oneshot},
    time,
};
use websocket::lua::board::News;

use super::{super::report, hub::Hub, routes};

/// Connections at a time; further ones wait.
const MOST_CONNECTIONS: usize = 256;

/// How long the head of a request may take, and how long a connection may stay idle.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long changes that are on their way may take at the end, and then answers.
const FAREWELL: Duration = Duration::from_millis(25);

/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// Pause where no connection can be accepted, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// A server that runs.
pub struct Server {
    thread: JoinHandle<()>,
    end: oneshot::Sender<()>,
}

/// Starts the thread.
///
/// # Errors
/// No thread or poll could be had.
pub fn start(listener: TcpListener, hub: Arc<Hub>, news: Receiver<News>) -> io::Result<Server> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let (end, ended) = oneshot::channel();
    let serve = move || {
        runtime.block_on(async {
            tokio::spawn(hub.clone().spread(news));
            tokio::spawn(hub.clone().observe());
            match net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    let accept = pin!(accept(listener, hub.clone()));
                    future::select(accept, ended).await;
                    time::sleep(FAREWELL).await;
                    hub.end();
                    time::sleep(FAREWELL).await;
                }
                Err(error) => report::error(&format!("--board: {error}")),
            }
        });
    };
    let thread = thread::Builder::new().name("board".into()).spawn(serve)?;
    Ok(Server { thread, end })
}

impl Server {
    /// Closes all connections and the port.
    pub fn end(self) {
        // The thread may have ended.
        let _ = self.end.send(());
        let _ = self.thread.join();
    }
}

async fn accept(listener: net::TcpListener, hub: Arc<Hub>) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    // The semaphore is never closed.
    while let Ok(permit) = room.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let hub = hub.clone();
                tokio::spawn(async move {
                    serve(stream, hub).await;
                    drop(permit);
                });
            }
            Err(_) => time::sleep(PAUSE).await,
        }
    }
}

async fn serve(stream: net::TcpStream, hub: Arc<Hub>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let hub = hub.clone();
        async move { Ok::<_, Infallible>(routes::answer(request, hub).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // What goes wrong concerns the client alone, which sees it.
    let _ = connection.await;
}
