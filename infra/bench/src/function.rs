//! Measuring functions, one after the other, on every table.

use std::{io::Write as _, path::Path, time::Duration};

use flate2::{Compression, write::DeflateEncoder};
use serde_json::Value;

use crate::{
    Failure, Options,
    data::{Table, Tables},
    event,
    figures::{FunctionFigures, RouteFigures, percentile},
    plan::{Plan, Route},
    process::{Environment, Process},
};

/// The name of the function that does nothing.
pub(crate) const EMPTY: &str = "bench-empty";
/// Calls before measuring: connections open, caches fill.
const WARM_UP: usize = 5;

/// Everything of the plan, and the floor before it.
pub(crate) async fn measure(
    options: &Options,
    plan: &Plan,
    tables: &Tables,
) -> Result<Vec<FunctionFigures>, Failure> {
    let mut measured = vec![one(options, plan, tables, EMPTY, &[floor()]).await?];
    for (name, routes) in &plan.functions {
        measured.push(one(options, plan, tables, name, routes).await?);
    }
    Ok(measured)
}

fn floor() -> Route {
    Route {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        body: None,
        status: 200,
        invocations: None,
        on_empty: true,
        fills: false,
        read_units: 0.0,
        write_units: 0.0,
    }
}

async fn one(
    options: &Options,
    plan: &Plan,
    tables: &Tables,
    name: &str,
    routes: &[Route],
) -> Result<FunctionFigures, Failure> {
    let binary = options.functions.join(name);
    let mut inits = Vec::new();
    let environment = environment(tables.first()?);
    for _ in 0..plan.starts {
        let process = Process::start(&binary, &environment).await?;
        inits.push(process.init);
        process.stop().await?;
    }
    let mut figures = FunctionFigures {
        function: name.to_owned(),
        binary_bytes: std::fs::metadata(&binary)?.len(),
        // Packing what is not uploaded takes longer than everything else.
        zip_bytes: if options.units { None } else { Some(deflated(&binary)?) },
        init_ms: percentile(&mut inits, 50),
        resident_bytes: 0,
        peak_bytes: 0,
        routes: Vec::new(),
    };
    for table in tables.all() {
        let routes: Vec<_> = routes.iter().filter(|route| route.is_on(&table.scale)).collect();
        on_table(&binary, plan, table, &routes, &mut figures).await?;
    }
    Ok(figures)
}

async fn on_table(
    binary: &Path,
    plan: &Plan,
    table: &Table,
    routes: &[&Route],
    figures: &mut FunctionFigures,
) -> Result<(), Failure> {
    let mut process = Process::start(binary, &environment(table)).await?;
    for route in routes {
        let count = route.invocations.unwrap_or(plan.invocations);
        figures.routes.push(call(&mut process, table, route, count).await?);
    }
    let (resident, peak) = process.memory()?;
    figures.resident_bytes = figures.resident_bytes.max(resident);
    figures.peak_bytes = figures.peak_bytes.max(peak);
    process.stop().await
}

async fn call(
    process: &mut Process,
    table: &Table,
    route: &Route,
    count: usize,
) -> Result<RouteFigures, Failure> {
    // A call that writes is not repeated before it counts: each has a number of its own.
    let warm_up = if route.invocations.is_some() { 0 } else { WARM_UP };
    for number in 0..warm_up {
        process.runtime.invoke(event::of(route, &table.fill, number)).await?;
    }
    table.meter.take();
    let mut figures = RouteFigures {
        route: route.name(),
        table: table.scale.name.clone(),
        invocations: count,
        p50_ms: Duration::ZERO,
        p99_ms: Duration::ZERO,
        cpu_ms: Duration::ZERO,
        own_p95_ms: Duration::ZERO,
        read_units: 0.0,
        write_units: 0.0,
        requests: 0,
        unexpected: Vec::new(),
    };
    let before = process.cpu()?;
    let (mut took, mut own) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for number in 1..=count {
        let answer = process.runtime.invoke(event::of(route, &table.fill, number)).await;
        let (answer, time) = answer.map_err(|e| format!("{}: {e}", route.name()))?;
        took.push(time);
        let units = table.meter.take();
        own.push(time.saturating_sub(units.waited));
        figures.read_units = figures.read_units.max(units.read);
        figures.write_units = figures.write_units.max(units.write);
        figures.requests = figures.requests.max(units.requests);
        figures.unexpected.extend(unexpected(&answer, route.status));
    }
    figures.unexpected.dedup();
    figures.cpu_ms = process.cpu()?.saturating_sub(before) / u32::try_from(count)?;
    figures.own_p95_ms = percentile(&mut own, 95);
    figures.p50_ms = percentile(&mut took, 50);
    figures.p99_ms = percentile(&mut took, 99);
    Ok(figures)
}

/// The answer, when its status is another than the expected one.
fn unexpected(answer: &[u8], expected: u16) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let status = answer.get("statusCode").and_then(Value::as_u64);
    (status != Some(u64::from(expected))).then(|| {
        let body = answer.get("body").and_then(Value::as_str).unwrap_or_default();
        format!("{} {body}", status.unwrap_or_default())
    })
}

fn environment(table: &Table) -> Environment {
    vec![
        ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", table.meter.address)),
        ("CURSOR_SECRET_ARN", "bench".to_owned()),
        ("KMS_KEY_ID", "bench".to_owned()),
        ("MALLOC_MMAP_THRESHOLD_", "1048576".to_owned()),
        // Nobody measures how fast a caller is refused.
        ("RATE_LIMIT_PER_MINUTE", "10000000".to_owned()),
        ("TABLE_NAME", table.name.clone()),
        ("TOKEN_ISSUER", table.issuer.clone()),
    ]
}

/// The size of the package that is uploaded.
fn deflated(binary: &Path) -> Result<u64, Failure> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&std::fs::read(binary)?)?;
    Ok(u64::try_from(encoder.finish()?.len())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_status_is_told_with_its_body() {
        let answer = br#"{"statusCode": 401, "body": "who?"}"#;
        assert_eq!(unexpected(answer, 200), Some("401 who?".to_owned()));
        assert_eq!(unexpected(answer, 401), None);
        assert_eq!(unexpected(b"", 200), Some("0 ".to_owned()));
    }
}
