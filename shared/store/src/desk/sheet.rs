//! Where the desk's sums lie: sheets of a year's months, of a month's days, or of how things stand.
//!
//! Counts are in one sheet and each kind of duration in another, so that nobody reads what they do
//! not ask for. Sheets of days lie by subject, since one subject's course is read at a time; sheets
//! of months lie by year, since all subjects of a kind are compared; and how things stand is one
//! sheet for each subject.

use std::str::FromStr;

use clearmargin_domain::{
    desk::{DeskBucket, DeskSubject, Sample, Span, SubjectKind},
    id::OrgId,
    period::Month,
};

use crate::{key::Key, slot::Slot};

/// How finely time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Grain {
    /// Days, of which a sheet holds a month.
    Day,
    /// Months, of which a sheet holds a year.
    Month,
    /// Not at all: how things stand.
    Now,
}

/// What stands for "none" in a key, for tickets without a client, technician, category, priority.
const NONE: &str = "-";

/// How finely the sums of subjects of a kind are kept.
pub(crate) fn grains(kind: SubjectKind) -> &'static [Grain] {
    match kind {
        SubjectKind::Organization => &[Grain::Day, Grain::Month],
        SubjectKind::Client => &[Grain::Day, Grain::Month, Grain::Now],
        _ => &[Grain::Month],
    }
}

const fn letter(kind: SubjectKind) -> char {
    match kind {
        SubjectKind::Organization => 'O',
        SubjectKind::Client => 'C',
        SubjectKind::Technician => 'T',
        SubjectKind::Category => 'K',
        SubjectKind::Priority => 'P',
    }
}

/// The subject that a text in a key stands for.
fn subject(kind: SubjectKind, text: &str) -> Option<DeskSubject> {
    fn id<T: FromStr>(text: &str) -> Result<Option<T>, T::Err> {
        if text == NONE { Ok(None) } else { text.parse().map(Some) }
    }
    // A word of the organisation's own may be anything, "-" included.
    let word = |text: &str| text.strip_prefix('=').map(str::to_owned);
    Some(match kind {
        SubjectKind::Organization => DeskSubject::Organization,
        SubjectKind::Client => DeskSubject::Client(id(text).ok()?),
        SubjectKind::Technician => DeskSubject::Technician(id(text).ok()?),
        SubjectKind::Category => DeskSubject::Category(word(text)),
        SubjectKind::Priority => DeskSubject::Priority(word(text)),
    })
}

/// What names a subject in keys.
fn text_of(subject: &DeskSubject) -> String {
    fn id<T: ToString>(id: Option<&T>) -> String {
        id.map_or_else(|| NONE.to_owned(), T::to_string)
    }
    let word = |word: &Option<String>| match word {
        Some(word) => format!("={word}"),
        None => NONE.to_owned(),
    };
    match subject {
        DeskSubject::Organization => NONE.to_owned(),
        DeskSubject::Client(client) => id(client.as_ref()),
        DeskSubject::Technician(technician) => id(technician.as_ref()),
        DeskSubject::Category(category) => word(category),
        DeskSubject::Priority(priority) => word(priority),
    }
}

/// The partition of sheets.
pub(crate) fn partition(
    org: OrgId,
    kind: SubjectKind,
    grain: Grain,
    sample: Option<Sample>,
) -> String {
    let grain = match grain {
        Grain::Day => 'D',
        Grain::Month => 'M',
        Grain::Now => 'A',
    };
    let sample = match sample {
        None => 'N',
        Some(Sample::FirstResponse) => 'F',
        Some(Sample::Resolution) => 'R',
    };
    format!("{org}#Q#{}{grain}{sample}", letter(kind))
}

/// The sort keys of a subject's sheets of days.
pub(crate) fn days_of(subject: &DeskSubject, from: Month, to: Month) -> (String, String) {
    let text = text_of(subject);
    (format!("{text}#{from}"), format!("{text}#{to}"))
}

/// The month of a sheet of days.
pub(crate) fn month_of_days(sk: &str) -> Option<Month> {
    sk.rsplit_once('#')?.1.parse().ok()
}

/// The sort keys of the sheets of years: the first one that may be there, and one behind the last.
pub(crate) fn years(from: i16, to: i16) -> (String, String) {
    // '$' follows '#': the last year's subjects all come before it.
    (format!("{from:04}#"), format!("{to:04}$"))
}

/// Whose sheet of months it is, and of which year.
pub(crate) fn subject_and_year(kind: SubjectKind, sk: &str) -> Option<(DeskSubject, i16)> {
    let (year, text) = sk.split_once('#')?;
    Some((subject(kind, text)?, year.parse().ok()?))
}

/// The item with a subject's sums of a year's months or a month's days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeskSheet {
    pub(crate) subject: DeskSubject,
    time: Time,
    sample: Option<Sample>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Time {
    DaysOf(Month),
    MonthsOf(i16),
    Now,
}

impl DeskSheet {
    /// The sheet that a bucket is in.
    pub(crate) fn of(bucket: &DeskBucket, sample: Option<Sample>) -> Self {
        let time = match bucket.span {
            Span::Day(day) => Time::DaysOf(Month::of(day)),
            Span::Month(month) => Time::MonthsOf(month.year()),
            Span::Now => Time::Now,
        };
        Self { subject: bucket.subject.clone(), time, sample }
    }

    /// The sheet of that sort key; its sums are of no particular kind.
    pub(crate) fn named(kind: SubjectKind, grain: Grain, sk: &str) -> Option<Self> {
        let (subject, time) = match grain {
            Grain::Day => {
                let (text, month) = sk.rsplit_once('#')?;
                (subject(kind, text)?, Time::DaysOf(month.parse().ok()?))
            }
            Grain::Month => {
                let (subject, year) = subject_and_year(kind, sk)?;
                (subject, Time::MonthsOf(year))
            }
            Grain::Now => (subject(kind, sk)?, Time::Now),
        };
        Some(Self { subject, time, sample: None })
    }

    /// Where it lies.
    pub(crate) fn key(&self, org: OrgId) -> Key {
        let (kind, text) = (self.subject.kind(), text_of(&self.subject));
        let (grain, sk) = match self.time {
            Time::DaysOf(month) => (Grain::Day, format!("{text}#{month}")),
            Time::MonthsOf(year) => (Grain::Month, format!("{year:04}#{text}")),
            Time::Now => (Grain::Now, text),
        };
        Key { pk: partition(org, kind, grain, self.sample), sk }
    }

    /// The time that a slot of it is for.
    pub(crate) fn span(&self, slot: Slot) -> Option<Span> {
        match self.time {
            Time::DaysOf(month) => month.day(slot.number()).map(Span::Day),
            Time::MonthsOf(year) => Month::in_year(year, slot.number()).map(Span::Month),
            Time::Now => (slot.number() == 0).then_some(Span::Now),
        }
    }
}
