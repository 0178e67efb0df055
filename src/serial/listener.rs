//! A port that waits for its other end on TCP, on this computer alone.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr},
    time::Instant,
};

use mio::net::{TcpListener, TcpStream};

use super::{
    Line,
    peer::{Heard, Peer},
    wire::{Wire, Written},
};
use crate::reactor::{Cause, Context};

/// Has one peer at a time. One that only sends nothing more still gets what is written, until the next one comes.
pub struct Server {
    listener: TcpListener,
    name: String,
    is_watched: bool,
    peer: Option<Peer<TcpStream>>,
    had_peer: bool,
    /// The peer has gone: another one may wait already, which no further event announces.
    is_free: bool,
}

impl Server {
    /// Listens on that port; 0 for a free one.
    ///
    /// # Errors
    /// The port is taken, or may not be used.
    pub fn open(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        let name = listener.local_addr()?.to_string();
        Ok(Server { listener, name, is_watched: false, peer: None, had_peer: false, is_free: false })
    }

    fn lose_peer(&mut self) {
        self.peer = None;
        self.is_free = true;
    }

    /// Takes the next connection, if there is one.
    fn accept(&mut self, context: &Context<'_>) -> io::Result<()> {
        let mut stream = loop {
            match self.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                // The next one in the queue may be alive.
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                Err(error) => return Err(error),
            }
        };
        let _ = stream.set_nodelay(true);
        context.watch(&mut stream)?;
        self.peer = Some(Peer::new(stream));
        self.had_peer = true;
        Ok(())
    }
}

impl Wire for Server {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn set_up(&mut self, _: Line, context: &Context<'_>) -> io::Result<()> {
        if !self.is_watched {
            context.watch(&mut self.listener)?;
            self.is_watched = true;
        }
        Ok(())
    }

    fn advance(&mut self, _: Cause, context: &mut Context<'_>) -> Option<String> {
        self.is_free = false;
        if self.peer.as_ref().is_none_or(Peer::has_ended) {
            return self.accept(context).err().map(|error| format!("{}: {error}", self.name));
        }
        None
    }

    fn deadline(&self) -> Option<Instant> {
        self.is_free.then(Instant::now)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(peer) = &mut self.peer else { return Err(ErrorKind::WouldBlock.into()) };
        if peer.has_ended() {
            return Err(ErrorKind::WouldBlock.into());
        }
        match peer.read(buffer) {
            Heard::Bytes(count) => return Ok(count),
            Heard::Nothing => {}
            Heard::End => self.is_free = true,
            Heard::Broken => self.lose_peer(),
        }
        Err(ErrorKind::WouldBlock.into())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<Written> {
        let Some(peer) = &mut self.peer else {
            return Ok(if self.had_peer { Written::Lost } else { Written::Awaiting });
        };
        let written = peer.write(bytes);
        if written == Written::Lost {
            self.lose_peer();
        }
        Ok(written)
    }
}
