//! What decides: sizes, units, growth and answers. Times do not.

use crate::{
    figures::{FunctionFigures, RouteFigures},
    plan::{Plan, Route},
};

/// Budgets that are not kept, for a person to read.
pub(crate) fn broken(plan: &Plan, measured: &[FunctionFigures]) -> Vec<String> {
    let mut broken = Vec::new();
    for function in measured {
        let name = &function.function;
        if function.binary_bytes > plan.binary_bytes {
            broken.push(format!("{name}: {} bytes", function.binary_bytes));
        }
        for figures in &function.routes {
            let route = plan.functions.get(name).and_then(|routes| named(routes, figures));
            broken.extend(route.into_iter().flat_map(|route| over(route, figures)));
        }
        let fills = |figures: &RouteFigures| {
            let route = plan.functions.get(name).and_then(|routes| named(routes, figures));
            route.is_some_and(|route| route.fills)
        };
        let routes: Vec<_> = function.routes.iter().filter(|figures| !fills(figures)).collect();
        broken.extend(grown(&routes));
    }
    broken
}

fn named<'a>(routes: &'a [Route], figures: &RouteFigures) -> Option<&'a Route> {
    routes.iter().find(|route| route.name() == figures.route)
}

fn over(route: &Route, figures: &RouteFigures) -> Vec<String> {
    let place = format!("{} on {}", figures.route, figures.table);
    let mut broken: Vec<_> =
        figures.unexpected.iter().map(|answer| format!("{place}: {answer}")).collect();
    if figures.read_units > route.read_units {
        broken.push(format!("{place}: {} of {} read units", figures.read_units, route.read_units));
    }
    if figures.write_units > route.write_units {
        let most = route.write_units;
        broken.push(format!("{place}: {} of {most} write units", figures.write_units));
    }
    broken
}

/// Routes that cost more on one table than on another.
fn grown(routes: &[&RouteFigures]) -> Vec<String> {
    let mut broken = Vec::new();
    for (place, figures) in routes.iter().enumerate() {
        let earlier = routes.iter().take(place).find(|earlier| earlier.route == figures.route);
        let Some(earlier) = earlier else { continue };
        let change = (figures.read_units - earlier.read_units).abs()
            + (figures.write_units - earlier.write_units).abs();
        if change > 0.0 {
            broken.push(format!(
                "{}: {} read and {} write units on {}, but {} and {} on {}",
                figures.route,
                earlier.read_units,
                earlier.write_units,
                earlier.table,
                figures.read_units,
                figures.write_units,
                figures.table,
            ));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use super::*;

    fn figures(table: &str, read_units: f64) -> RouteFigures {
        RouteFigures {
            route: "GET /api/clients".to_owned(),
            table: table.to_owned(),
            invocations: 1,
            p50_ms: Duration::from_mins(1),
            p99_ms: Duration::from_mins(1),
            own_p95_ms: Duration::from_mins(1),
            cpu_ms: Duration::from_mins(1),
            read_units,
            write_units: 0.0,
            requests: 1,
            unexpected: Vec::new(),
        }
    }

    fn broken_by(binary_bytes: u64, routes: Vec<RouteFigures>) -> Vec<String> {
        broken_in(false, binary_bytes, routes)
    }

    fn broken_in(fills: bool, binary_bytes: u64, routes: Vec<RouteFigures>) -> Vec<String> {
        let route = serde_json::json!({
            "method": "GET", "path": "/api/clients", "readUnits": 20.0, "fills": fills,
        });
        let plan = Plan {
            starts: 1,
            invocations: 1,
            binary_bytes: 10,
            tables: Vec::new(),
            functions: BTreeMap::from([(
                "clients".to_owned(),
                vec![serde_json::from_value(route).unwrap()],
            )]),
        };
        let measured = FunctionFigures {
            function: "clients".to_owned(),
            binary_bytes,
            zip_bytes: Some(1),
            init_ms: Duration::from_mins(1),
            resident_bytes: u64::MAX,
            peak_bytes: u64::MAX,
            routes,
        };
        broken(&plan, &[measured])
    }

    #[test]
    fn slowness_and_memory_break_nothing() {
        assert!(broken_by(10, vec![figures("small", 20.0), figures("large", 20.0)]).is_empty());
    }

    #[test]
    fn what_fills_with_the_first_tickets_may_grow_up_to_its_budget() {
        let filling = vec![figures("small", 2.0), figures("large", 4.0)];
        assert!(broken_in(true, 10, filling.clone()).is_empty());
        assert_eq!(broken_in(false, 10, filling).len(), 1);
        assert_eq!(broken_in(true, 10, vec![figures("large", 20.5)]).len(), 1);
    }

    #[test]
    fn size_units_growth_and_other_answers_do() {
        assert_eq!(broken_by(11, Vec::new()).len(), 1);
        assert_eq!(broken_by(10, vec![figures("small", 20.5)]).len(), 1);
        assert_eq!(broken_by(10, vec![figures("small", 2.0), figures("large", 2.5)]).len(), 1);
        let refused = RouteFigures { unexpected: vec!["401".to_owned()], ..figures("small", 2.0) };
        assert_eq!(broken_by(10, vec![refused]).len(), 1);
    }
}
