//! Every area and worker in one process on embedded storage: the demo and the dev server.
//!
//! The same routes, use cases and store as in AWS; only the adapters differ: DynamoDB is dynoxide
//! on a file, the queue a folder, the key service a key in a file, the stream a loop.

mod archive;
mod embedded;
mod mailer;
mod policy;
mod queue;
mod server;
mod vault;
mod workers;

pub mod commands;
pub mod demo;

pub use policy::policy;
pub use server::{Server, ServerConfig, areas, document};

/// What can go wrong on a laptop.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The embedded storage.
    #[error("storage: {0}")]
    Storage(String),
    /// Files or sockets.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The table.
    #[error(transparent)]
    Store(#[from] clearmargin_store::StoreError),
    /// A use case.
    #[error(transparent)]
    App(#[from] clearmargin_app::Error),
    /// A request that the demo makes.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// Something in the demo is not as it has to be.
    #[error("{0}")]
    Demo(String),
}
