//! Rules about source files: what the compiler does not see.

use std::path::{Path, PathBuf};

use super::graph::{Layer, Package};
use crate::shell::{Outcome, entries, read};

/// A longer file has more than one subject.
const LINES: usize = 600;
/// A function's entry point is wiring.
const MAIN_LINES: usize = 10;
/// Who may look up what belongs to no organisation yet: sign-in, signing keys, consent coming
/// back, and what walks through all organisations.
const DIRECTORY: [&str; 7] = [
    "functions/local/src/",
    "shared/app/src/identity",
    "shared/app/src/integrations",
    "shared/app/src/keys.rs",
    "shared/app/src/schedule.rs",
    "shared/app/src/throttle.rs",
    "shared/web/src/token.rs",
];

/// What is broken.
pub(crate) fn broken(root: &Path, packages: &[Package]) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    for package in packages {
        let folder = root.join(&package.folder);
        if !has_lints(&read(&folder.join("Cargo.toml"))?) {
            found.push(format!("{}: `[lints] workspace = true` is missing", package.folder));
        }
        for path in sources(&folder)? {
            let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            found.extend(in_source(package.layer, &name, &read(&path)?));
        }
    }
    Ok(found)
}

fn has_lints(manifest: &str) -> bool {
    let (_, after) = manifest.split_once("[lints]").unwrap_or_default();
    after.trim_start().starts_with("workspace = true")
}

fn in_source(layer: Layer, name: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    let mut found = Vec::new();
    if lines > LINES {
        found.push(format!("{name}: {lines} lines, {LINES} are the most"));
    }
    if layer == Layer::Function && name.ends_with("src/main.rs") && lines > MAIN_LINES {
        found.push(format!("{name}: {lines} lines, {MAIN_LINES} are the most"));
    }
    if name.ends_with("/mod.rs") {
        found.push(format!("{name}: a module is `foo.rs` beside `foo/`"));
    }
    let product = layer != Layer::Bench && !name.contains("/tests/");
    let exempt =
        name.starts_with("shared/store/") || DIRECTORY.iter().any(|it| name.starts_with(it));
    if product && !exempt && text.contains(".directory()") {
        found.push(format!("{name}: may not call `directory()`, which is outside every tenant"));
    }
    found
}

/// The Rust files of a package, without those of packages inside it.
fn sources(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() && !path.join("Cargo.toml").exists() && !path.ends_with("target") {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_are_inherited_or_missing() {
        assert!(has_lints("[package]\n[lints]\nworkspace = true\n"));
        assert!(!has_lints("[package]\n[lints.rust]\nunsafe_code = \"allow\"\n"));
        assert!(!has_lints("[package]\n"));
    }

    #[test]
    fn long_files_and_long_entry_points_are_named() {
        let long = "\n".repeat(MAIN_LINES + 1);
        assert_eq!(in_source(Layer::Function, "functions/sync/src/main.rs", &long).len(), 1);
        assert_eq!(in_source(Layer::Local, "functions/local/src/main.rs", &long).len(), 0);
        let longer = "\n".repeat(LINES + 1);
        assert_eq!(in_source(Layer::Shared, "shared/app/src/jobs.rs", &longer).len(), 1);
    }

    #[test]
    fn the_directory_has_few_callers() {
        let text = "store.directory().organizations()";
        let found = |name| in_source(Layer::Shared, name, text).len();
        assert_eq!(found("shared/app/src/schedule.rs"), 0);
        assert_eq!(found("shared/app/src/clients.rs"), 1);
    }
}
