//! The clients by margin, as text.

use serde_json::Value;

/// The table, the organisation's line, and what is delivered but not billed.
pub(super) fn render(ranking: &Value, status: &Value) -> String {
    let mut lines = vec![
        format!(
            "\nTechWave MSP, {} to {}",
            text(ranking, "/period/from"),
            text(ranking, "/period/to")
        ),
        row([
            "",
            "client",
            "revenue",
            "labour",
            "products",
            "margin",
            "",
            "uncosted h",
            "unbilled",
        ]),
    ];
    for client in ranking.get("clients").and_then(Value::as_array).into_iter().flatten() {
        lines.push(figures(&text(client, "/rank"), &text(client, "/name"), client));
    }
    let whole = ranking.get("organization").cloned().unwrap_or_default();
    lines.push(figures("", "everything, overhead included", &whole));
    let amount = |name: &str| money(&text(&whole, name));
    lines.push(format!(
        "\nDelivered but unbilled: {} {}, of which {} wait for approval.",
        amount("/unbilled"),
        text(ranking, "/currency"),
        amount("/unapproved"),
    ));
    lines.push(format!(
        "{} pairs of clients may be the same one and wait for a decision.",
        text(status, "/matchesWaiting"),
    ));
    lines.join("\n")
}

fn figures(rank: &str, name: &str, figures: &Value) -> String {
    let amount = |path: &str| money(&text(figures, path));
    let ratio = figures.get("grossMarginRatio").and_then(percent).unwrap_or_else(|| "–".to_owned());
    let minutes = text(figures, "/uncostedMinutes").parse::<rust_decimal::Decimal>();
    let hours = minutes.unwrap_or_default() / rust_decimal::Decimal::from(60);
    row([
        rank,
        &name.chars().take(34).collect::<String>(),
        &amount("/revenue"),
        &amount("/labourCost"),
        &amount("/productCost"),
        &amount("/grossMargin"),
        &ratio,
        &hours.round_dp(1).to_string(),
        &amount("/unbilled"),
    ])
}

fn row(
    [rank, name, revenue, labour, products, margin, ratio, uncosted, unbilled]: [&str; 9],
) -> String {
    format!(
        "{rank:>3} {name:<34} {revenue:>14} {labour:>14} {products:>14} {margin:>14} {ratio:>7} {uncosted:>10} {unbilled:>12}"
    )
}

fn text(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn percent(ratio: &Value) -> Option<String> {
    let ratio: rust_decimal::Decimal = ratio.as_number()?.to_string().parse().ok()?;
    Some(format!("{:.1} %", ratio * rust_decimal::Decimal::from(100)))
}

/// Thousands in groups of three.
fn money(amount: &str) -> String {
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |rest| ("-", rest));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(money("-1234567.89"), "-1,234,567.89");
        assert_eq!([money("999.00"), money("1000.00")], ["999.00", "1,000.00"]);
    }
}
