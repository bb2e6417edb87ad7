//! HTTPS to AWS, trusting the authorities that AWS' own services are certified by and nobody else:
//! fewer to trust, and reading all that a system trusts would take half of a function's start. They
//! are the ones that Amazon Trust Services asks its customers to trust; services in China and in
//! isolated regions have others.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};

const AUTHORITIES: [&str; 5] = [
    include_str!("authorities/amazon-root-ca-1.pem"),
    include_str!("authorities/amazon-root-ca-2.pem"),
    include_str!("authorities/amazon-root-ca-3.pem"),
    include_str!("authorities/amazon-root-ca-4.pem"),
    include_str!("authorities/starfield-services-root-ca-g2.pem"),
];

/// The one client of all services' clients.
pub(crate) fn client() -> Result<SharedHttpClient, lambda_runtime::Error> {
    let trusted =
        AUTHORITIES.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate);
    let context = TlsContext::builder().with_trust_store(trusted).build()?;
    let provider = Provider::Rustls(CryptoMode::AwsLc);
    Ok(Builder::new().tls_provider(provider).tls_context(context).build_https())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authorities_can_be_read() {
        client().unwrap();
    }
}
