//! `openapi.json` is written by the handlers' types, `docs/policy.md` by it and the policy table; the
//! committed copies make changes visible.

use crate::shell::{Outcome, compile, output, program, read, root};

/// What is generated: the file, and what `clearmargin` prints it by.
const GENERATED: [(&str, &str); 2] = [("openapi.json", "openapi"), ("docs/policy.md", "policy")];

fn generate(command: &str) -> Outcome<Vec<u8>> {
    output(&program("clearmargin")?, &[command])
}

/// Writes the document and what is drawn from it.
pub(crate) fn write() -> Outcome {
    compile()?;
    for (file, command) in GENERATED {
        let path = root().join(file);
        std::fs::write(&path, generate(command)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Fails when a committed file is not what the handlers say.
pub(crate) fn check() -> Outcome {
    compile()?;
    for (file, command) in GENERATED {
        compare(file, &read(&root().join(file))?, &generate(command)?)?;
    }
    Ok(())
}

fn compare(file: &str, committed: &str, generated: &[u8]) -> Outcome {
    if committed.as_bytes() == generated {
        return Ok(());
    }
    let generated = String::from_utf8_lossy(generated);
    let lines = committed.lines().zip(generated.lines()).enumerate();
    let first = lines.filter(|(_, (before, now))| before != now).map(|(place, _)| place + 1).next();
    let place = first.map_or_else(|| "at its end".to_owned(), |line| format!("from line {line}"));
    Err(format!("{file} differs {place}: run `cargo xtask openapi` and read the difference"))
}
