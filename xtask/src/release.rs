//! What is deployed: its size and its cost.

use crate::shell::{Outcome, functions, run, target};

/// The largest function that may be deployed.
const BUDGET: u64 = 10_000_000;

fn compile(functions: &[String]) -> Outcome {
    let packages: Vec<String> =
        functions.iter().map(|name| format!("clearmargin-{name}")).collect();
    let mut arguments = vec!["build", "--release", "--locked"];
    arguments.extend(packages.iter().flat_map(|name| ["-p", name]));
    run("cargo", &arguments)
}

/// Compiles functions, all unless some are named, and weighs them.
pub(crate) fn size(wanted: &[&str]) -> Outcome {
    let names = match wanted {
        [] => functions()?,
        wanted => wanted.iter().map(|&name| name.to_owned()).collect(),
    };
    compile(&names)?;
    let folder = target()?.join("release");
    let mut fat = Vec::new();
    for name in names {
        let path = folder.join(&name);
        let file = std::fs::metadata(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        println!("{name:<16} {:>6} kB", file.len() / 1000);
        if file.len() > BUDGET {
            fat.push(name);
        }
    }
    if fat.is_empty() { Ok(()) } else { Err(format!("over {BUDGET} bytes: {}", fat.join(", "))) }
}

/// Compiles functions and measures them; the options are the harness's.
pub(crate) fn bench(options: &[&str]) -> Outcome {
    let mut names = functions()?;
    names.push("bench-empty".to_owned());
    compile(&names)?;
    let mut arguments = vec!["run", "--locked", "-p", "clearmargin-bench", "--"];
    arguments.extend(options);
    run("cargo", &arguments)
}
