//! What goes lost, may go lost, and is unusual.

use clearmargin_domain::{
    metrics::ratio,
    money::{Currency, Money},
};
use rust_decimal::Decimal;

use super::{
    super::{Paragraph, Value},
    Silence,
};
use crate::{
    anomalies::{Anomalies, Anomaly, Series},
    churn::{Churn, ClientRisk, HORIZONS, NoChurn, Risk, SHARE_DECIMALS, days},
    leaks::{Bearing, Findings, LeakSum},
};

fn money(minor: i64, currency: Currency) -> Value {
    Value::Money(Money::new(minor, currency))
}

/// The leaks that can be charged or collected, and the dearest.
pub fn leaks(findings: &Findings, currency: Currency) -> Result<Paragraph, Silence> {
    let blind = findings.not_looked_for(Bearing::Recoverable).ok_or(Silence::NotEnoughData)?;
    let sum = LeakSum::of(findings.bearing(Bearing::Recoverable));
    let judged = Value::count(findings.judged.len(), "month", "months");
    let of = Paragraph::default();
    let of = if sum.count == 0 {
        let of = of.says("No leak that can be charged or collected was found over ");
        of.figure("months", judged).says(".")
    } else {
        let of = of.figure("leaks", Value::count(sum.count, "leak", "leaks"));
        let of = of.says(" that can be charged or collected ");
        let of = of.says(if sum.count == 1 { "was" } else { "were" }).says(" found over ");
        let of = of.figure("months", judged).says(": ");
        of.figure("total", money(sum.minor, currency)).says(" together.")
    };
    // They come the dearest first.
    let of = match findings.bearing(Bearing::Recoverable).next() {
        Some(leak) if sum.count > 1 => {
            let of = of.says(" The dearest is ").figure("dearest", Value::Money(leak.total));
            of.says(" with ").client(leak.client).says(".")
        }
        Some(leak) => of.says(" It is with ").client(leak.client).says("."),
        None => of,
    };
    if blind == 0 {
        return Ok(of);
    }
    let of = of.says(" ").figure("kindsNotLookedFor", Value::count(blind, "kind", "kinds"));
    Ok(of.says(" of leaks could not be looked for, since records are missing."))
}

/// What is at risk as clients may leave, and of whom most is.
pub fn churn(churn: &Churn, currency: Currency) -> Result<Paragraph, Silence> {
    match &churn.outcome {
        Ok(risk) => Ok(at_risk(risk, currency)),
        Err(NoChurn::NotEnough) => Err(Silence::NotEnoughData),
        Err(NoChurn::OutOfRange) => Err(Silence::OutOfRange),
    }
}

fn at_risk(risk: &Risk, currency: Currency) -> Paragraph {
    // Those of whom most is at risk come first.
    let Some(first) = risk.clients.first() else {
        let text = "There is no client of which it can be told whether it may leave.";
        return Paragraph::default().says(text);
    };
    let [.., most] = risk.at_risk;
    let of = Paragraph::default().says("Since clients may leave, ");
    let of =
        of.figure("atRisk", money(most, currency)).says(" of yearly revenue is at risk within ");
    let of = of.figure("days", Value::count(days(HORIZONS).into(), "day", "days"));
    let of = match ratio(most, risk.revenue_of_year) {
        Some(share) => {
            of.says(", which is ").figure("share", Value::Percent(share)).says(" of that")
        }
        None => of.says(", of the revenue"),
    };
    let of =
        of.says(" of ").figure("clients", Value::count(risk.clients.len(), "client", "clients"));
    of_one(of.says("."), first, currency)
}

/// The client of which most is at risk.
fn of_one(of: Paragraph, risk: &ClientRisk, currency: Currency) -> Paragraph {
    let [.., horizon] = risk.horizons;
    let probability = Decimal::new(horizon.probability, SHARE_DECIMALS).normalize();
    let of = of.says(" Most is at risk with ").client(risk.client).says(": ");
    let of =
        of.figure("mostAtRisk", money(horizon.at_risk, currency)).says(", at a probability of ");
    of.figure("probability", Value::Percent(probability)).says(".")
}

/// How many months are unusual, and which is most surely.
pub fn anomalies(all: &Anomalies, currency: Currency) -> Result<Paragraph, Silence> {
    if all.tests == 0 {
        return Err(Silence::NotEnoughData);
    }
    let tests = Value::count(all.tests, "recent month tested", "recent months tested");
    let of = Paragraph::default();
    let Some(first) = all.found.first() else {
        let of = of.says("No month of any series is unusual among ");
        return Ok(of.figure("tests", tests).says("."));
    };
    let one = all.found.len() == 1;
    let of = of.figure("unusual", Value::count(all.found.len(), "month", "months"));
    let of = of.says(if one { " of a series is" } else { " of series are" });
    let of = of.says(" unusual among ").figure("tests", tests).says(".");
    Ok(surest(of, first, currency))
}

fn surest(of: Paragraph, unusual: &Anomaly, currency: Currency) -> Paragraph {
    let of = of.says(" The surest is ").says(match unusual.series {
        Series::Revenue => "the revenue of ",
        Series::Cost => "the cost of ",
        Series::Hours => "the work of ",
        Series::Tickets => "the tickets of ",
        Series::Users => "the users of ",
        Series::Endpoints => "the devices of ",
        Series::Licences => "the licences of ",
    });
    let of = match unusual.client {
        Some(client) => of.client(client),
        None => of.says("all clients together"),
    };
    let counted = |value| counted(unusual.series, value, currency);
    let of = of.says(" in ").figure("month", Value::Month(unusual.month)).says(": ");
    let of = of.figure("value", counted(unusual.value)).says(" instead of the expected ");
    of.figure("expected", counted(unusual.expected)).says(".")
}

/// A value of a series in its unit.
fn counted(series: Series, value: i64, currency: Currency) -> Value {
    let number = series.units(value, currency);
    let many = |one, many| Value::Count { number, one, many };
    match series {
        Series::Revenue | Series::Cost => money(value, currency),
        Series::Hours => Value::Hours(number),
        Series::Tickets => many("ticket", "tickets"),
        Series::Users => many("user", "users"),
        Series::Endpoints => many("device", "devices"),
        Series::Licences => many("licence", "licences"),
    }
}
