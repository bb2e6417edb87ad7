//! What is deployed: its size and its cost.

use crate::shell::{Outcome, compile, functions, program, run, target};

/// The largest function that may be deployed.
const BUDGET: u64 = 10_000_000;

fn compile_release(functions: &[String]) -> Outcome {
    let packages: Vec<String> =
        functions.iter().map(|name| format!("clearmargin-{name}")).collect();
    let mut arguments = vec!["build", "--locked", "--release"];
    arguments.extend(packages.iter().flat_map(|name| ["-p", name]));
    run("cargo", &arguments)
}

/// Compiles functions, all unless some are named, and weighs them.
pub(crate) fn size(wanted: &[&str]) -> Outcome {
    let names = match wanted {
        [] => functions()?,
        wanted => wanted.iter().map(|&name| name.to_owned()).collect(),
    };
    compile_release(&names)?;
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
    compile_release(&names)?;
    compile()?;
    harness(options)
}

/// Scores the shipped models as they are deployed; the options are the evaluator's.
pub(crate) fn evaluate(options: &[&str]) -> Outcome {
    let run_it = ["run", "--locked", "--quiet", "--release", "-p", "clearmargin-evaluate", "--"];
    run("cargo", &[&run_it, options].concat())
}

/// Counts what each route reads and writes, which is the same in the fast profile.
pub(crate) fn units() -> Outcome {
    compile()?;
    let target = target()?;
    let functions = target.join("debug").display().to_string();
    let work = target.join("bench-units").display().to_string();
    harness(&[
        "--units",
        "--fresh",
        "--functions",
        &functions,
        "--tools",
        &functions,
        "--work",
        &work,
    ])
}

fn harness(options: &[&str]) -> Outcome {
    run(&program("bench")?, options)
}
