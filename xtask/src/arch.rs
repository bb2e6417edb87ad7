//! The rules that keep the layers apart: read from `cargo metadata` and from the files.

mod files;
mod graph;
mod rules;
mod template;

use crate::shell::{Outcome, metadata, root};

/// Fails when a rule is broken, and names every one that is.
pub(crate) fn check() -> Outcome {
    let packages = graph::packages(&metadata()?);
    let mut found = rules::broken(&packages);
    found.extend(files::broken(&root(), &packages)?);
    found.extend(template::broken(&root(), &packages)?);
    found.sort_unstable();
    found.dedup();
    match found.len() {
        0 => {
            println!("arch: {} packages keep the rules", packages.len());
            Ok(())
        }
        count => Err(format!("arch: {count} broken rules\n  {}", found.join("\n  "))),
    }
}
