//! Verifying sealed blocks of the audit trail, from their files alone.

use std::{ffi::OsStr, fs, path::Path, process::ExitCode};

use clearmargin_domain::audit::{Chain, ChainError, Head, KeptHead};

use crate::{LocalError, demo::say};

/// Checks every block in a folder, in the order of their names, and says what was found.
pub fn verify(folder: &Path, kept: Option<KeptHead>) -> Result<ExitCode, LocalError> {
    let outcome = chain(folder, kept)?;
    match outcome {
        Ok(Head { block: 0, .. }) => {
            say("there is no block in this folder")?;
            Ok(ExitCode::FAILURE)
        }
        Ok(head) => {
            let Head { block, hash, rows, .. } = head;
            say(&format!("{block} blocks, {rows} rows, head {block}:{hash}"))?;
            if kept.is_none() {
                say("without --head a chain that was cut short cannot be told from a whole one")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say(&format!("not whole: {error}"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn chain(folder: &Path, kept: Option<KeptHead>) -> Result<Result<Head, ChainError>, LocalError> {
    let files = fs::read_dir(folder)?.map(|file| Ok(file?.path()));
    let mut files: Vec<_> = files.collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension() == Some(OsStr::new("ndjson")));
    files.sort();
    let mut chain = Chain::new(kept);
    for path in files {
        if let Err(error) = chain.push(&fs::read(path)?) {
            return Ok(Err(error));
        }
    }
    Ok(chain.finish())
}
