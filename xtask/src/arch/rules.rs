//! Who may depend on whom.

use super::graph::{Layer, Package};

/// What names of our packages begin with.
pub(crate) const PREFIX: &str = "clearmargin-";

/// A library crate, and the crates of ours that it may name.
const SHARED: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("insight", &["domain"]),
    ("store", &["domain"]),
    ("connectors", &["domain"]),
    ("reporting", &["domain"]),
    ("app", &["connectors", "domain", "insight", "reporting", "store"]),
    ("web", &["app", "domain", "reporting", "store"]),
    ("lambda", &["app", "connectors", "domain", "store", "web"]),
];

/// What a function may name: use cases, types, the edges; not the table.
const FUNCTION: [&str; 5] = ["app", "domain", "insight", "lambda", "web"];

/// All that pure crates may name: types, text and numbers, without a network, a disk or a clock.
const PURE: [&str; 18] = [
    "csv",
    "domain",
    "flate2",
    "forust-ml",
    "jiff",
    "num-bigint",
    "num-integer",
    "num-rational",
    "num-traits",
    "rust_decimal",
    "serde",
    "serde_json",
    "sha2",
    "statrs",
    "stlrs",
    "strsim",
    "thiserror",
    "ulid",
];

/// A family of crates, by what their names begin with, and the library crates that may name it.
/// `true` lets functions name it too.
const FAMILIES: [(&str, &[&str], bool); 11] = [
    ("aws-config", &["lambda", "store"], false),
    ("aws-sdk-", &["lambda", "store"], false),
    ("aws-smithy", &["lambda", "store"], false),
    ("aws_lambda_events", &["lambda"], false),
    ("axum", &["web"], true),
    ("clap", &[], false),
    ("dynoxide", &[], false),
    ("lambda_", &["lambda", "web"], true),
    ("serde_dynamo", &["lambda", "store"], false),
    ("tower-http", &["web"], false),
    ("utoipa", &["web"], true),
];

/// What is broken.
pub(crate) fn broken(packages: &[Package]) -> Vec<String> {
    let ours: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    packages.iter().flat_map(|package| of_package(package, &ours)).collect()
}

fn of_package(package: &Package, ours: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for need in &package.needs {
        if ours.contains(&need.as_str()) && !may_name_ours(package, need) {
            found.push(format!("{} may not depend on {need}", package.folder));
        }
        if !may_name_foreign(package, need) {
            found.push(format!("{} may not name {need}", package.folder));
        }
    }
    if package.layer == Layer::Function {
        found.extend(names(package));
    }
    found
}

fn may_name_ours(package: &Package, need: &str) -> bool {
    match package.layer {
        Layer::Shared => SHARED
            .iter()
            .find(|(name, _)| *name == package.name)
            .is_some_and(|(_, may)| may.contains(&need)),
        Layer::Function => FUNCTION.contains(&need),
        Layer::Local => need != "simulators",
        // The simulators and the checks are the independent truth; benchmarks read stored sketches,
        // and the evaluator scores models, which are asked in the domain's types.
        Layer::Bench => match package.name.as_str() {
            "tests" => true,
            "bench" => need == "domain",
            "evaluate" => ["domain", "insight"].contains(&need),
            _ => false,
        },
    }
}

fn may_name_foreign(package: &Package, need: &str) -> bool {
    if ["domain", "insight"].contains(&package.name.as_str()) {
        return PURE.contains(&need);
    }
    let family = FAMILIES.iter().find(|(family, _, _)| need.starts_with(family));
    match (family, package.layer) {
        (None, _) | (_, Layer::Local | Layer::Bench) => true,
        (Some((_, shared, _)), Layer::Shared) => shared.contains(&package.name.as_str()),
        (Some((_, _, functions)), Layer::Function) => *functions,
    }
}

/// One word names folder, package and binary.
fn names(package: &Package) -> Option<String> {
    let folder = package.folder.rsplit('/').next().unwrap_or_default();
    let same = package.name == folder && package.binaries == [folder];
    (!same).then(|| {
        format!(
            "{}: the package must be {PREFIX}{folder} with the one binary {folder}",
            package.folder
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(folder: &str, layer: Layer, needs: &[&str]) -> Package {
        let name = folder.rsplit('/').next().unwrap();
        Package {
            name: name.to_owned(),
            folder: folder.to_owned(),
            layer,
            needs: needs.iter().map(|&need| need.to_owned()).collect(),
            binaries: vec![name.to_owned()],
        }
    }

    fn broken_among(packages: &[(&str, Layer, &[&str])]) -> Vec<String> {
        let packages: Vec<_> =
            packages.iter().map(|(folder, layer, needs)| package(folder, *layer, needs)).collect();
        broken(&packages)
    }

    #[test]
    fn arrows_along_the_graph_are_allowed() {
        let packages: [(&str, Layer, &[&str]); 5] = [
            ("shared/domain", Layer::Shared, &["serde", "jiff"]),
            ("shared/store", Layer::Shared, &["domain", "aws-sdk-dynamodb"]),
            ("shared/app", Layer::Shared, &["domain", "store"]),
            ("functions/clients", Layer::Function, &["app", "utoipa", "lambda_http"]),
            ("functions/local", Layer::Local, &["clients", "store", "dynoxide-rs"]),
        ];
        assert_eq!(broken_among(&packages), Vec::<String>::new());
    }

    #[test]
    fn arrows_against_the_graph_are_named() {
        let packages: [(&str, Layer, &[&str]); 4] = [
            ("shared/domain", Layer::Shared, &["store"]),
            ("shared/store", Layer::Shared, &["app"]),
            ("shared/app", Layer::Shared, &["aws-sdk-sqs"]),
            ("functions/clients", Layer::Function, &["store"]),
        ];
        let found = broken_among(&packages);
        for expected in [
            "shared/domain may not depend on store",
            "shared/store may not depend on app",
            "shared/app may not name aws-sdk-sqs",
            "functions/clients may not depend on store",
        ] {
            assert!(found.iter().any(|it| it == expected), "{expected} in {found:?}");
        }
    }

    #[test]
    fn pure_crates_name_nothing_but_types() {
        let packages: [(&str, Layer, &[&str]); 2] = [
            ("shared/domain", Layer::Shared, &["tokio"]),
            ("shared/insight", Layer::Shared, &["reqwest"]),
        ];
        let expected = ["shared/domain may not name tokio", "shared/insight may not name reqwest"];
        assert_eq!(broken_among(&packages), expected);
    }

    #[test]
    fn no_function_depends_on_another_and_the_simulators_on_none_of_ours() {
        let packages: [(&str, Layer, &[&str]); 3] = [
            ("functions/sync", Layer::Function, &["stream"]),
            ("functions/stream", Layer::Function, &[]),
            ("tests/simulators", Layer::Bench, &["stream"]),
        ];
        let expected = [
            "functions/sync may not depend on stream",
            "tests/simulators may not depend on stream",
        ];
        assert_eq!(broken_among(&packages), expected);
    }

    #[test]
    fn a_function_has_one_name() {
        let mut misnamed = package("functions/sync", Layer::Function, &[]);
        misnamed.binaries = vec!["worker".to_owned()];
        assert_eq!(broken(&[misnamed]).len(), 1);
    }
}
