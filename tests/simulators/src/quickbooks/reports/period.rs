//! The dates a report covers.

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::clock;
use super::super::fault::Fault;
use super::super::params::Params;
use super::invalid;

/// From a first to a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) start: Date,
    pub(super) end: Date,
}

impl Period {
    /// The period that the parameters name; by default the year so far. Fiscal years are calendar
    /// years here.
    pub(super) fn of(params: &Params, now: Timestamp) -> Result<Self, Fault> {
        let today = clock::date(now);
        let named = named(params.get("date_macro").unwrap_or("This Fiscal Year-to-date"), today)?;
        let start = date(params, "start_date")?.unwrap_or(named.start);
        let end = date(params, "end_date")?.unwrap_or(named.end);
        Ok(Self { start, end })
    }

    pub(super) fn contains(self, date: Date) -> bool {
        self.start <= date && date <= self.end
    }

    /// The calendar months of the period, cut to it.
    pub(super) fn months(self) -> Vec<Self> {
        let firsts =
            std::iter::successors(Some(self.start), |date| date.last_of_month().tomorrow().ok());
        let firsts = firsts.take_while(|first| *first <= self.end);
        firsts.map(|start| Self { start, end: start.last_of_month().min(self.end) }).collect()
    }
}

fn named(name: &str, today: Date) -> Result<Period, Fault> {
    let first_of_year = today.first_of_year();
    let last_month = today.first_of_month().yesterday().unwrap_or(today);
    let last_year = first_of_year.yesterday().unwrap_or(today);
    let (start, end) = match name {
        "Today" => (today, today),
        "This Month" => (today.first_of_month(), today.last_of_month()),
        "This Month-to-date" => (today.first_of_month(), today),
        "Last Month" => (last_month.first_of_month(), last_month),
        "This Fiscal Year" | "This Calendar Year" => (first_of_year, today.last_of_year()),
        "This Fiscal Year-to-date" | "This Calendar Year-to-date" => (first_of_year, today),
        "Last Fiscal Year" | "Last Calendar Year" => (last_year.first_of_year(), last_year),
        other => return Err(invalid("date_macro", other)),
    };
    Ok(Period { start, end })
}

/// A date among the parameters.
pub(super) fn date(params: &Params, name: &str) -> Result<Option<Date>, Fault> {
    params.get(name).map(|text| text.parse().map_err(|_| invalid(name, text))).transpose()
}
