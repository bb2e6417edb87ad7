//! DynamoDB in this process: dynoxide on a file, reached over loopback by the shipped SDK.

use std::path::Path;

use clearmargin_lambda::table_at;
use clearmargin_store::{CursorKey, Store};
use dynoxide::Database;
use tokio::net::TcpListener;

use crate::LocalError;

/// The name of the one table.
const TABLE: &str = "clearmargin";

/// The table in a file under `folder`, or in memory.
///
/// Its stream is off: the relay reads the outbox itself, which a laptop does faster.
pub(crate) async fn open(folder: Option<&Path>, cursors: CursorKey) -> Result<Store, LocalError> {
    let database = match folder {
        Some(folder) => Database::new(&folder.join("table.sqlite").to_string_lossy()),
        None => Database::memory(),
    };
    let database = database.map_err(|error| LocalError::Storage(error.to_string()))?;
    create_table(&database)?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        let served =
            dynoxide::server::serve_with_shutdown(listener, database, std::future::pending());
        if let Err(error) = served.await {
            tracing::error!(error, "the embedded table stopped");
        }
    });
    Ok(table_at(&endpoint, TABLE, cursors))
}

fn create_table(database: &Database) -> Result<(), LocalError> {
    let failed = |error: String| LocalError::Storage(error);
    let known = database.get_table_metadata(TABLE).map_err(|error| failed(error.to_string()))?;
    if known.is_some() {
        return Ok(());
    }
    let request = serde_json::from_value(clearmargin_store::definition(TABLE))
        .map_err(|error| failed(error.to_string()))?;
    database.create_table(request).map_err(|error| failed(error.to_string()))?;
    Ok(())
}
