//! Trust in a certificate that is no root: an intermediate CA, or a server's own certificate.
//!
//! OpenSSL follows a chain to a self-signed certificate unless `X509_V_FLAG_PARTIAL_CHAIN` is set,
//! which native-tls has no option for. Such a `caCert` therefore uses OpenSSL by way of the crate
//! that native-tls wraps on these systems, with native-tls's own settings. The TLS libraries of
//! Apple and Windows decide by themselves what can be trusted.

use openssl::{
    error::ErrorStack,
    pkey::PKey,
    ssl::{HandshakeError, SslConnector, SslMethod, SslStream, SslVersion},
    x509::{X509, X509VerifyResult, store::X509StoreBuilder, verify::X509VerifyFlags},
};

use super::settings::Settings;
use crate::net::socket::Socket;

/// See the module.
#[derive(Debug)]
pub struct Connector {
    connector: SslConnector,
    check_host_name: bool,
}

/// Whether all certificates (in PEM) are issued by themselves.
pub fn are_roots(certificates: &[String]) -> bool {
    let is_root = |certificate: X509| certificate.issued(&certificate) == X509VerifyResult::OK;
    certificates.iter().all(|pem| X509::from_pem(pem.as_bytes()).is_ok_and(is_root))
}

impl Connector {
    /// A connector that trusts `anchors` (in PEM) and nothing else.
    ///
    /// # Errors
    /// What OpenSSL says.
    pub fn new(anchors: &[String], settings: &Settings) -> Result<Self, ErrorStack> {
        let mut builder = SslConnector::builder(SslMethod::tls_client())?;
        builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
        let mut store = X509StoreBuilder::new()?;
        for pem in anchors {
            store.add_cert(X509::from_pem(pem.as_bytes())?)?;
        }
        builder.set_cert_store(store.build());
        builder.verify_param_mut().set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
        if let Some((certificates, key)) = &settings.identity {
            let mut chain = X509::stack_from_pem(certificates)?.into_iter();
            if let Some(certificate) = chain.next() {
                builder.set_certificate(&certificate)?;
            }
            let key = PKey::private_key_from_pem(key.as_bytes())?;
            builder.set_private_key(&key)?;
            for certificate in chain {
                builder.add_extra_chain_cert(certificate)?;
            }
        }
        Ok(Connector { connector: builder.build(), check_host_name: settings.check_host_name })
    }

    /// Runs the handshake over a blocking socket.
    ///
    /// # Errors
    /// What OpenSSL says, followed by what is wrong with the certificate in parentheses.
    pub fn connect(&self, host: &str, socket: Socket) -> Result<SslStream<Socket>, String> {
        let configuration = self.connector.configure().map_err(|error| error.to_string())?;
        let handshake = configuration.verify_hostname(self.check_host_name).connect(host, socket);
        handshake.map_err(|error| match error {
            HandshakeError::SetupFailure(error) => error.to_string(),
            HandshakeError::Failure(stream) | HandshakeError::WouldBlock(stream) => {
                match stream.ssl().verify_result() {
                    X509VerifyResult::OK => stream.error().to_string(),
                    result => format!("{} ({result})", stream.error()),
                }
            }
        })
    }
}
