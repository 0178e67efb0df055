//! What makes encrypted streams: native-tls, and OpenSSL itself where native-tls lacks a setting.

use std::io::{self, Read, Write};

use native_tls::{Certificate, HandshakeError, Identity, TlsConnector, TlsStream};

#[cfg(not(any(windows, target_vendor = "apple")))]
use super::partial;
use super::settings::Settings;
use crate::net::socket::Socket;

/// Makes connections with one set of settings.
#[derive(Debug)]
pub enum Connector {
    /// By way of native-tls.
    Native(TlsConnector),
    /// By way of OpenSSL, for roots that are none.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    Partial(partial::Connector),
}

/// An encrypted stream.
#[derive(Debug)]
pub enum Stream {
    /// By way of native-tls.
    Native(TlsStream<Socket>),
    /// By way of OpenSSL, for roots that are none.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    Partial(openssl::ssl::SslStream<Socket>),
}

impl Connector {
    /// Without roots nothing about the server is checked, as on the device; with them, the chain
    /// must lead to one of them and to no other.
    ///
    /// # Errors
    /// What the TLS library says.
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        #[cfg(not(any(windows, target_vendor = "apple")))]
        if let Some(roots) = &settings.roots
            && !partial::are_roots(roots)
        {
            return partial::Connector::new(roots, settings).map(Connector::Partial).map_err(|error| error.to_string());
        }
        Self::native(settings).map(Connector::Native).map_err(|error| error.to_string())
    }

    fn native(settings: &Settings) -> native_tls::Result<TlsConnector> {
        let mut builder = TlsConnector::builder();
        builder.disable_built_in_roots(true);
        for root in settings.roots.iter().flatten() {
            builder.add_root_certificate(Certificate::from_pem(root.as_bytes())?);
        }
        builder.danger_accept_invalid_certs(settings.roots.is_none());
        builder.danger_accept_invalid_hostnames(settings.roots.is_none() || !settings.check_host_name);
        if let Some((certificates, key)) = &settings.identity {
            builder.identity(Identity::from_pkcs8(certificates, key.as_bytes())?);
        }
        builder.build()
    }

    /// Runs the handshake with `host`, which also goes into SNI, over a blocking socket.
    ///
    /// # Errors
    /// What the TLS library says.
    pub fn connect(&self, host: &str, socket: Socket) -> Result<Stream, String> {
        // RFC 6066 section 3: without the dot that ends an absolute name.
        let host = host.strip_suffix('.').unwrap_or(host);
        match self {
            Connector::Native(connector) => {
                connector.connect(host, socket).map(Stream::Native).map_err(|error| match error {
                    HandshakeError::Failure(error) => error.to_string(),
                    HandshakeError::WouldBlock(_) => "interrupted".to_owned(),
                })
            }
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Connector::Partial(connector) => connector.connect(host, socket).map(Stream::Partial),
        }
    }
}

impl Stream {
    /// Tells the peer that nothing more comes (RFC 8446 section 6.1), as far as that needs no waiting.
    pub fn say_goodbye(&mut self) {
        match self {
            // Whether it arrives changes nothing for us.
            Stream::Native(stream) => drop(stream.shutdown()),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => drop(stream.shutdown()),
        }
    }

    /// The socket below.
    pub fn socket(&self) -> &Socket {
        match self {
            Stream::Native(stream) => stream.get_ref(),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => stream.get_ref(),
        }
    }

    /// Likewise, for changes.
    pub fn socket_mut(&mut self) -> &mut Socket {
        match self {
            Stream::Native(stream) => stream.get_mut(),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => stream.get_mut(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Native(stream) => stream.read(buffer),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Native(stream) => stream.write(bytes),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Native(stream) => stream.flush(),
            #[cfg(not(any(windows, target_vendor = "apple")))]
            Stream::Partial(stream) => stream.flush(),
        }
    }
}
