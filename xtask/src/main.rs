//! The repository's own checks and chores: `cargo xtask <task>`. It shells out to the tools that
//! do the work, so that it compiles in seconds and knows nothing of the product.
#![expect(clippy::print_stdout, reason = "a command line tool talks on standard output")]

mod arch;
mod ci;
mod openapi;
mod release;
mod shell;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  arch                who may depend on whom, and the rules that no compiler checks
  openapi [--check]   writes openapi.json from the handlers; with --check compares it
  size [function…]    compiles for release, fails on a function that is too big
  bench [options]     compiles for release and measures against the budgets
  evaluate MODEL --data FILE [--train FILE] [--json]
                      scores a shipped model on known outcomes: forecast, demand, churn,
                      receivables; and leaks, on a portfolio and its --truth FILE or on
                      made-up ones (--generate N --seed S)
  units               counts what each route reads and writes, without a release build
  ci [--fast]         every check there is; with --fast those that need no deployment";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["arch"] => arch::check(),
        ["openapi"] => openapi::write(),
        ["openapi", "--check"] => openapi::check(),
        ["size", functions @ ..] => release::size(functions),
        ["bench", options @ ..] => release::bench(options),
        ["evaluate", options @ ..] => release::evaluate(options),
        ["units"] => release::units(),
        ["ci"] => ci::run_all(false),
        ["ci", "--fast"] => ci::run_all(true),
        _ => {
            println!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("{reason}");
            ExitCode::FAILURE
        }
    }
}
