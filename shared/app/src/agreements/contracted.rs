//! What was contracted on a day, for whom.

use clearmargin_domain::{
    agreement::{Agreement, mrr},
    id::ClientId,
    money::Money,
};
use jiff::civil::Date;

use super::Everything;
use crate::Error;

/// What was contracted on a day.
#[derive(Debug, Default)]
pub(crate) struct Contracted {
    /// Monthly recurring revenue by client record, once for each agreement that was in force.
    pub(crate) amounts: Vec<(ClientId, Money)>,
    /// How many lines that recur had no price, and so no part in it.
    pub(crate) unpriced_lines: usize,
}

impl Everything {
    /// What was contracted on a day, or is to be after `today`, with quantities and taken-back
    /// agreements as they are known now.
    pub(crate) fn contracted(&self, day: Date, today: Date) -> Result<Contracted, Error> {
        let mut contracted = Contracted::default();
        for agreement in &self.agreements {
            if agreement.was_in_force_on(day, today) != Some(true) {
                continue;
            }
            let lines = self.lines.get(&agreement.id).map_or(&[][..], Vec::as_slice);
            let terms = self.terms.get(&agreement.id);
            let escalator = terms.and_then(|terms| terms.escalator.as_ref());
            let amount = mrr(lines.iter().map(|line| (line, escalator)), day);
            if let Some(amount) = amount.map_err(Error::internal)? {
                contracted.amounts.push((agreement.client, amount));
            }
            contracted.unpriced_lines +=
                lines.iter().filter(|line| line.is_unpriced_on(day)).count();
        }
        Ok(contracted)
    }

    /// The first day of the earliest agreement.
    pub(crate) fn begun(&self) -> Option<Date> {
        self.agreements.iter().map(|agreement| agreement.start).min()
    }

    /// How many agreements have ended on a day that nobody says.
    pub(crate) fn ended_some_day(&self, today: Date) -> usize {
        let some_day =
            |agreement: &&Agreement| agreement.was_in_force_on(agreement.start, today).is_none();
        self.agreements.iter().filter(some_day).count()
    }
}
