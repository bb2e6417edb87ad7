//! Running other programs from the repository's root.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// What cargo is to compile, when it is to compile everything.
pub(crate) const EVERYTHING: [&str; 2] = ["--workspace", "--all-targets"];

/// What went wrong, for a person to read.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// A program with its arguments, to be run at the root.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs a program; its output is shown.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Outcome {
    let status = command(program, arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} {}: {status}", arguments.join(" "))),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

/// Whether a program is there.
pub(crate) fn has(program: &str, arguments: &[&str]) -> bool {
    let mut command = command(program, arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a program prints.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Outcome<Vec<u8>> {
    let output = command(program, arguments).stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(format!("{program} {}: {}", arguments.join(" "), output.status)),
        Err(error) => Err(format!("{program}: {error}")),
    }
}

/// What cargo knows about the workspace's own packages.
pub(crate) fn metadata() -> Outcome<Value> {
    let text = output("cargo", &["metadata", "--format-version", "1", "--no-deps", "--locked"])?;
    serde_json::from_slice(&text).map_err(|error| format!("cargo metadata: {error}"))
}

/// Where cargo puts what it compiles.
pub(crate) fn target() -> Outcome<PathBuf> {
    let metadata = metadata()?;
    let path = metadata.get("target_directory").and_then(Value::as_str);
    path.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target directory".to_owned())
}

/// The functions of the template: the folders that its `CodeUri`s name.
pub(crate) fn functions() -> Outcome<Vec<String>> {
    let template = read(&root().join("template.yaml"))?;
    let names = template.lines().filter_map(|line| line.trim().strip_prefix("CodeUri: functions/"));
    Ok(names.map(str::to_owned).collect())
}

/// A file's text.
pub(crate) fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// What is in a folder.
pub(crate) fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// Compiles everything in the fast profile. A part alone would have other features of the libraries
/// that it shares with the rest, which would be compiled beside those.
pub(crate) fn compile() -> Outcome {
    let what: Vec<_> = ["build", "--locked"].into_iter().chain(EVERYTHING).collect();
    run("cargo", &what)
}

/// A program that [`compile`] made.
pub(crate) fn program(name: &str) -> Outcome<String> {
    Ok(target()?.join("debug").join(name).display().to_string())
}
