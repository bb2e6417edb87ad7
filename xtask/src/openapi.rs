//! `openapi.json` is written by the handlers' types; the committed copy makes changes visible.

use crate::shell::{Outcome, output, read, root};

fn generate() -> Outcome<Vec<u8>> {
    let run = ["run", "--quiet", "--locked", "-p", "clearmargin-local", "--", "openapi"];
    output("cargo", &run)
}

/// Writes the document.
pub(crate) fn write() -> Outcome {
    let path = root().join("openapi.json");
    std::fs::write(&path, generate()?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Fails when the committed document is not what the handlers say.
pub(crate) fn check() -> Outcome {
    let generated = generate()?;
    let committed = read(&root().join("openapi.json"))?;
    if committed.as_bytes() == generated {
        return Ok(());
    }
    let generated = String::from_utf8_lossy(&generated);
    let lines = committed.lines().zip(generated.lines()).enumerate();
    let first = lines.filter(|(_, (before, now))| before != now).map(|(place, _)| place + 1).next();
    let place = first.map_or_else(|| "at its end".to_owned(), |line| format!("from line {line}"));
    Err(format!("openapi.json differs {place}: run `cargo xtask openapi` and read the difference"))
}
