//! The workspace's packages and what they depend on directly.

use serde_json::Value;

/// What a package is to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// A crate in `shared`.
    Shared,
    /// A function; `local` is not one.
    Function,
    /// Every function in one process.
    Local,
    /// Tests, simulators, benchmarks and this.
    Bench,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// Without the `clearmargin-` that all of ours begin with.
    pub(crate) name: String,
    /// Relative to the root.
    pub(crate) folder: String,
    pub(crate) layer: Layer,
    /// Names of direct dependencies, ours without their prefix; not those of tests.
    pub(crate) needs: Vec<String>,
    /// Names of binaries.
    pub(crate) binaries: Vec<String>,
}

/// All packages of the workspace.
pub(crate) fn packages(metadata: &Value) -> Vec<Package> {
    let root = text(metadata, "workspace_root");
    list(metadata, "packages").map(|package| read(package, root)).collect()
}

fn read(package: &Value, root: &str) -> Package {
    let manifest = text(package, "manifest_path");
    let folder = manifest.trim_start_matches(root).trim_start_matches('/');
    let folder = folder.trim_end_matches("Cargo.toml").trim_end_matches('/');
    // What tests alone need is theirs to choose.
    let needs = list(package, "dependencies")
        .filter(|it| it.get("kind").and_then(Value::as_str) != Some("dev"))
        .map(|it| short(text(it, "name")));
    let is_binary = |target: &&Value| list(target, "kind").any(|kind| kind == "bin");
    Package {
        name: short(text(package, "name")),
        folder: folder.to_owned(),
        layer: layer(folder),
        needs: needs.collect(),
        binaries: list(package, "targets")
            .filter(is_binary)
            .map(|target| text(target, "name").to_owned())
            .collect(),
    }
}

fn layer(folder: &str) -> Layer {
    match folder.split_once('/') {
        Some(("shared", _)) => Layer::Shared,
        Some(("functions", "local")) => Layer::Local,
        Some(("functions", _)) => Layer::Function,
        _ => Layer::Bench,
    }
}

fn short(name: &str) -> String {
    name.strip_prefix(super::rules::PREFIX).unwrap_or(name).to_owned()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_read_with_its_layer_and_without_what_its_tests_need() {
        let metadata = serde_json::json!({
            "workspace_root": "/repo",
            "packages": [{
                "name": "clearmargin-clients",
                "manifest_path": "/repo/functions/clients/Cargo.toml",
                "dependencies": [
                    {"name": "clearmargin-app", "kind": null},
                    {"name": "dynoxide-rs", "kind": "dev"},
                ],
                "targets": [
                    {"name": "clearmargin_clients", "kind": ["lib"]},
                    {"name": "clients", "kind": ["bin"]},
                ],
            }],
        });
        let expected = Package {
            name: "clients".to_owned(),
            folder: "functions/clients".to_owned(),
            layer: Layer::Function,
            needs: vec!["app".to_owned()],
            binaries: vec!["clients".to_owned()],
        };
        assert_eq!(packages(&metadata), [expected]);
    }
}
