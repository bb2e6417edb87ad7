//! The figures as tables for people and as JSON for programs.

use std::{fmt::Write as _, time::Duration};

use serde_json::json;

use crate::{
    Failure,
    figures::{FunctionFigures, RouteFigures},
    function::EMPTY,
    plan::Plan,
};

/// Resident memory of a warm function, in bytes.
const MEMORY: u64 = 40_000_000;
/// How many times longer than the empty function's an init may be.
const INIT: u32 = 3;

/// Everything as JSON.
pub(crate) fn json(measured: &[FunctionFigures], broken: &[String]) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(&json!({"functions": measured, "broken": broken}))?)
}

/// Everything as Markdown.
pub(crate) fn markdown(plan: &Plan, measured: &[FunctionFigures], broken: &[String]) -> String {
    let mut text = functions(plan, measured);
    text.push('\n');
    text += &routes(measured);
    for budget in broken {
        let _ = write!(text, "\nNot kept: {budget}");
    }
    text
}

fn functions(plan: &Plan, measured: &[FunctionFigures]) -> String {
    let floor = measured.iter().find(|it| it.function == EMPTY).map(|it| it.init_ms);
    let longest = floor.unwrap_or_default() * INIT;
    let mut text = format!(
        "| function | binary, MB (≤ {}) | zipped, MB | init, ms (≤ {}) | resident, MB (≤ {}) | peak, MB |\n",
        megabytes(plan.binary_bytes),
        milliseconds(longest),
        megabytes(MEMORY),
    );
    text += "| --- | --- | --- | --- | --- | --- |\n";
    for it in measured {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {}{} | {}{} | {} |",
            it.function,
            megabytes(it.binary_bytes),
            it.zip_bytes.map_or_else(|| "-".to_owned(), megabytes),
            milliseconds(it.init_ms),
            over(it.init_ms > longest),
            megabytes(it.resident_bytes),
            over(it.resident_bytes > MEMORY),
            megabytes(it.peak_bytes),
        );
    }
    text
}

fn routes(measured: &[FunctionFigures]) -> String {
    let mut text = "| route | table | p50, ms | p99, ms | own CPU, ms | own p95, ms | read units \
                    | write units | requests |\n"
        .to_owned();
    text += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for figures in measured.iter().flat_map(|function| &function.routes) {
        text += &route(figures);
    }
    text
}

fn route(figures: &RouteFigures) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        figures.route,
        figures.table,
        milliseconds(figures.p50_ms),
        milliseconds(figures.p99_ms),
        milliseconds(figures.cpu_ms),
        milliseconds(figures.own_p95_ms),
        figures.read_units,
        figures.write_units,
        figures.requests,
    )
}

fn over(is_over: bool) -> &'static str {
    if is_over { " (over)" } else { "" }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1e3)
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(megabytes(6_912_345), "6.9");
        assert_eq!(milliseconds(Duration::from_micros(1_234)), "1.23");
    }
}
