//! Rules about the template: it names what there is, and nothing else.

use std::path::Path;

use serde_json::Value;

use super::graph::{Layer, Package};
use crate::shell::{Outcome, entries, functions, read};

/// What is broken.
pub(crate) fn broken(root: &Path, packages: &[Package]) -> Outcome<Vec<String>> {
    let template = read(&root.join("template.yaml"))?;
    let config = read(&root.join("shared/lambda/src/config.rs"))?;
    let known = functions()?;
    let written = packages.iter().filter(|package| package.layer == Layer::Function);
    let written: Vec<&str> = written.map(|package| package.name.as_str()).collect();
    let mut found = deployed(&written, &known);
    found.extend(without_event(&root.join("events"), &known)?);
    found.extend(unread(&template, &config));
    found.extend(unrouted(&template, &read(&root.join("openapi.json"))?)?);
    Ok(found)
}

/// Every function is in the template, and the template names no other.
fn deployed(written: &[&str], known: &[String]) -> Vec<String> {
    let missing = written.iter().filter(|name| !known.iter().any(|it| it == *name));
    let missing = missing.map(|name| format!("template.yaml has no function for functions/{name}"));
    let unknown = known.iter().filter(|name| !written.contains(&name.as_str()));
    let unknown = unknown.map(|name| format!("template.yaml: functions/{name} does not exist"));
    missing.chain(unknown).collect()
}

/// Every function has an event to try it with: `events/<function>.json` or `events/<function>-….json`.
fn without_event(folder: &Path, known: &[String]) -> Outcome<Vec<String>> {
    let names = entries(folder)?;
    let names: Vec<&str> = names.iter().filter_map(|path| path.file_stem()?.to_str()).collect();
    let has = |function: &&String| {
        let long = format!("{function}-");
        names.iter().any(|name| name == function || name.starts_with(&long))
    };
    let missing = known.iter().filter(|function| !has(function));
    Ok(missing.map(|function| format!("events/ has none for functions/{function}")).collect())
}

/// Every variable that the template sets is read by the configuration, or by the C library.
fn unread(template: &str, config: &str) -> Vec<String> {
    let names = variables(template).into_iter().filter(|name| !name.starts_with("MALLOC_"));
    let unread = names.filter(|name| !config.contains(&format!("\"{name}\"")));
    unread.map(|name| format!("template.yaml sets {name}, which config.rs does not read")).collect()
}

fn variables(template: &str) -> Vec<&str> {
    let names = template.lines().filter_map(|line| line.trim_start().split_once(": "));
    let is_variable =
        |name: &str| name.len() > 1 && name.chars().all(|it| it.is_ascii_uppercase() || it == '_');
    names.map(|(name, _)| name).filter(|name| is_variable(name)).collect()
}

/// Every documented path reaches a function other than the one that answers "not found".
fn unrouted(template: &str, document: &str) -> Outcome<Vec<String>> {
    let document: Value =
        serde_json::from_str(document).map_err(|error| format!("openapi.json: {error}"))?;
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let routes = routes(template);
    let lost = paths.map(|(path, _)| path).filter(|path| !routes.iter().any(|it| leads(it, path)));
    Ok(lost.map(|path| format!("template.yaml has no route for {path}")).collect())
}

/// The paths of the template's routes.
fn routes(template: &str) -> Vec<&str> {
    let keys = template.lines().filter_map(|line| line.split_once("RouteKey: "));
    let paths = keys.filter_map(|(_, rest)| rest.split_once(" /"));
    paths
        .filter_map(|(_, path)| path.split(['\'', ',', '}']).next())
        .map(|it| it.trim_end_matches("{proxy+"))
        .collect()
}

/// Whether a route, `api/clients` or `api/clients/`, leads to a path.
fn leads(route: &str, path: &str) -> bool {
    let path = path.trim_start_matches('/');
    if route.ends_with('/') { path.starts_with(route) } else { path == route }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_and_template_name_each_other() {
        let known = ["sync".to_owned(), "gone".to_owned()];
        assert_eq!(deployed(&["sync", "fresh"], &known).len(), 2);
    }

    #[test]
    fn variables_that_nobody_reads_are_named() {
        let template = "    Variables:\n      TABLE_NAME: !Ref Table\n      MALLOC_X: 1\n      LOST: x\n      Type: S\n";
        let found = unread(template, "variables.require(\"TABLE_NAME\")");
        assert_eq!(found, ["template.yaml sets LOST, which config.rs does not read"]);
    }

    #[test]
    fn documented_paths_need_a_route() {
        let template = "Properties: {ApiId: !Ref Api, RouteKey: ANY /api/clients, Target: x}\n\
            Properties: {ApiId: !Ref Api, RouteKey: 'ANY /api/clients/{proxy+}', Target: x}\n\
            Properties: {ApiId: !Ref Api, RouteKey: '$default', Target: x}\n";
        let document =
            r#"{"paths": {"/api/clients": {}, "/api/clients/{id}/x": {}, "/api/lost": {}}}"#;
        let found = unrouted(template, document);
        assert_eq!(found, Ok(vec!["template.yaml has no route for /api/lost".to_owned()]));
    }
}
