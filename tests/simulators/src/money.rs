//! Money as whole cents, written and read as QuickBooks' JSON numbers without a float between.

use serde_json::{Number, Value};

/// Cents as a JSON number the way QuickBooks writes it: `100.0`, `12.5`, `12.34`.
pub fn number(cents: i64) -> Value {
    let text = text(cents);
    let shortest = text.strip_suffix('0').unwrap_or(&text);
    shortest.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// Cents as decimal text with two places: `100.00`.
pub fn text(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let amount = cents.unsigned_abs();
    format!("{sign}{}.{:02}", amount / 100, amount % 100)
}

/// Cents from a JSON number or decimal text; `None` if it is neither or finer than a cent.
pub fn cents(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => parse(&number.to_string()),
        Value::String(text) => parse(text),
        _ => None,
    }
}

fn parse(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let significant = fraction.trim_end_matches('0');
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || significant.len() > 2 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let cents = format!("{whole}{significant:0<2}").parse::<i64>().ok()?;
    Some(if negative { -cents } else { cents })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_survive_the_way_through_json() {
        for amount in [0, 1, 10, 99, 100, 12_345, 1_250, -1, -12_340, i64::from(i32::MAX)] {
            assert_eq!(cents(&number(amount)), Some(amount));
            assert_eq!(cents(&Value::String(text(amount))), Some(amount));
        }
    }

    #[test]
    fn numbers_look_as_quickbooks_writes_them() {
        let written = [10_000, 1_250, 1_234, -5].map(|amount| number(amount).to_string());
        assert_eq!(written, ["100.0", "12.5", "12.34", "-0.05"]);
    }

    #[test]
    fn parts_of_a_cent_and_words_are_refused() {
        for text in ["1.005", "", "-", ".5", "1e3", "ten", "1.2.3"] {
            assert_eq!(cents(&Value::String(text.to_owned())), None, "{text}");
        }
    }
}
