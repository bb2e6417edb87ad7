//! Every check there is, in the order that tells most soonest. The test runner comes last, so that
//! its closing lines close the whole.

use std::time::{Duration, Instant};

use crate::{
    arch, openapi, release,
    shell::{EVERYTHING, Outcome, has, run},
};

/// Checks one thing.
type Check = fn() -> Outcome;

/// Those that need nothing but Rust.
const FAST: [(&str, Check); 4] = [
    ("format", || run("cargo", &["fmt", "--all", "--check"])),
    ("arch", arch::check),
    ("clippy", clippy),
    ("openapi", openapi::check),
];

/// Those that need tools of their own, which the Makefile installs.
const SLOW: [(&str, Check); 8] = [
    ("checker", || make("checker")),
    ("template", || make("template")),
    ("contract", || make("contract")),
    ("page", || make("page")),
    ("third-party", || make("third-party")),
    ("units", release::units),
    ("e2e", || make("e2e")),
    ("deny", || make("deny")),
];

/// Runs every check, whatever the others say, then the tests; fails if anything did.
pub(crate) fn run_all(fast: bool) -> Outcome {
    let slow = if fast { &[][..] } else { &SLOW[..] };
    let checks = FAST.iter().chain(slow);
    let results: Vec<_> = checks.map(|(name, check)| (*name, timed(name, *check))).collect();
    println!("\n{:<12} {:>8}", "check", "seconds");
    for (name, (outcome, took)) in &results {
        let said = if outcome.is_ok() { "" } else { "FAILED" };
        println!("{name:<12} {:>8} {said}", took.as_secs());
    }
    println!();
    let tests = tests();
    let failed: Vec<&str> = results
        .iter()
        .filter(|(_, (outcome, _))| outcome.is_err())
        .map(|(name, _)| *name)
        .collect();
    if failed.is_empty() { tests } else { Err(format!("failed: {}", failed.join(", "))) }
}

fn make(target: &str) -> Outcome {
    run("make", &["--silent", target, &format!("LOCAL={}", EVERYTHING.join(" "))])
}

fn timed(name: &str, check: Check) -> (Outcome, Duration) {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = check();
    if let Err(reason) = &outcome {
        println!("{reason}");
    }
    (outcome, start.elapsed())
}

fn clippy() -> Outcome {
    let what = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    run("cargo", &what)
}

fn tests() -> Outcome {
    println!("== tests");
    if has("cargo", &["nextest", "--version"]) {
        run("cargo", &["nextest", "run", "--workspace", "--locked", "--profile", "ci"])
    } else {
        run("cargo", &["test", "--workspace", "--locked"])
    }
}
