//! When a price may change.

use clearmargin_domain::period::Month;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::snapshot::sold::SoldAgreement;

/// The first day on which a price may change, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Earliest {
    /// The day.
    pub on: Date,
    /// What makes it that day.
    pub by: Opening,
    /// The last day for notice, where a term renews itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_by: Option<Date>,
}

/// What lets a price change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Opening {
    /// A term ends or begins anew.
    Renewal,
    /// The agreement's last day has passed.
    End,
    /// Prices rise by themselves, as agreed.
    AgreedRise,
    /// Nothing was agreed: the next month begins.
    NothingAgreed,
}

impl Opening {
    /// The name of each.
    pub const NAMES: [&'static str; 4] = ["renewal", "end", "agreed_rise", "nothing_agreed"];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        let [renewal, end, rise, nothing] = Self::NAMES;
        match self {
            Self::Renewal => renewal,
            Self::End => end,
            Self::AgreedRise => rise,
            Self::NothingAgreed => nothing,
        }
    }
}

impl Earliest {
    /// The first day after this one: a renewal for which notice can still be given, else the end, else
    /// the next agreed rise, else the next month.
    pub(super) fn after(day: Date, agreement: &SoldAgreement) -> Self {
        let end = agreement.end.and_then(|end| end.tomorrow().ok()).filter(|on| *on > day);
        let renewal = renewal(day, agreement);
        if let Some(renewal) = renewal.filter(|it| end.is_none_or(|end| it.on <= end)) {
            return renewal;
        }
        if let Some(on) = end {
            return Self { on, by: Opening::End, notice_by: None };
        }
        let rise = agreement.escalator.as_ref().and_then(|escalator| escalator.next_after(day));
        let (on, by) = match rise {
            Some(on) => (on, Opening::AgreedRise),
            None => (Month::of(day).plus(1).first_day(), Opening::NothingAgreed),
        };
        Self { on, by, notice_by: None }
    }
}

fn renewal(day: Date, agreement: &SoldAgreement) -> Option<Earliest> {
    let renewal = agreement.renewal.as_ref()?;
    let next = renewal.next_renewal(day)?;
    // Once the day for notice has passed, the next term begins as the last one was.
    let missed = renewal.automatic && renewal.notice_before(next) < day;
    let on = if missed { renewal.next_renewal(next)? } else { next };
    let notice_by = renewal.automatic.then(|| renewal.notice_before(on));
    Some(Earliest { on, by: Opening::Renewal, notice_by })
}
