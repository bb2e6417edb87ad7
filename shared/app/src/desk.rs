//! What the service desk did: its course over time, and clients, technicians, categories and
//! priorities compared. Read from sums, so that it costs the same after a thousand tickets and after
//! a million.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    access::Action,
    desk::{Days, DeskMeasures, DeskSubject, Grain, Sample, SubjectKind},
    id::ClientId,
    identity::TimeZoneName,
    period::{Month, Period},
    sketch::Sketch,
    technician::Technician,
};
use jiff::{ToSpan as _, civil::Date};

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup},
    organizations,
    profitability::{AsOf, as_of},
};

/// How many days one answer by days may cover.
pub const DAYS: i32 = 92;
/// How many days one answer by weeks may cover.
pub const WEEK_DAYS: i32 = 26 * 7;
/// How many days one answer by months may cover.
pub const MONTH_DAYS: i32 = 36 * 31;
/// How many months one comparison may cover: its cost is subjects × months.
pub const GROUP_MONTHS: usize = 12;

/// What the desk did in some time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The counts.
    pub counts: DeskMeasures,
    /// How long first answers took, if that was asked.
    pub first_response: Sketch,
    /// How long resolutions took, if that was asked.
    pub resolution: Sketch,
}

impl Figures {
    fn merge(&mut self, other: &Self) {
        self.counts = self.counts.plus(other.counts);
        self.first_response.merge(&other.first_response);
        self.resolution.merge(&other.resolution);
    }

    fn add(&mut self, sample: Sample, durations: &Sketch) {
        match sample {
            Sample::FirstResponse => self.first_response.merge(durations),
            Sample::Resolution => self.resolution.merge(durations),
        }
    }
}

/// Whose tickets, when, and which of their durations.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// One client's tickets; of all when none is named.
    pub client: Option<&'a ClientGroup>,
    /// The days.
    pub days: Days,
    /// The durations to read; each costs as much as all counts.
    pub samples: &'a [Sample],
}

/// What the desk did over time.
#[derive(Debug)]
pub struct Course {
    /// The days covered.
    pub days: Days,
    /// Each day, week or month, those without anything included.
    pub pieces: Vec<(Days, Figures)>,
    /// All of it.
    pub total: Figures,
    /// As much time right before.
    pub previous: (Days, Figures),
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// The desk's subjects compared.
#[derive(Debug)]
pub struct Comparison {
    /// The days covered.
    pub days: Days,
    /// Each subject of which there is anything, most tickets first.
    pub groups: Vec<Group>,
    /// All of them.
    pub total: Figures,
    /// As much time right before.
    pub previous: (Days, Figures),
    /// Up to when the sources have been read.
    pub as_of: AsOf,
}

/// One of the subjects compared.
#[derive(Debug)]
pub struct Group {
    /// Its id, or the organisation's own word; none for tickets that have none.
    pub key: Option<String>,
    /// What people call it; none for what is not known any more.
    pub name: Option<String>,
    /// What the desk did for or with it.
    pub figures: Figures,
    /// The same in as much time right before.
    pub previous: Figures,
}

/// The days asked for, and on whose clocks they begin; without any, those up to today on the
/// organisation's.
pub async fn days(
    ctx: &Ctx,
    from: Option<Date>,
    to: Option<Date>,
    grain: Grain,
) -> Result<(Days, TimeZoneName), Error> {
    let time_zone = organizations::own(ctx, ctx.org).await?.value.time_zone;
    let zone = time_zone.zone().map_err(Error::internal)?;
    let today = zone.to_datetime(ctx.now).date();
    let (limit, back) = match grain {
        Grain::Day => (DAYS, 29.days()),
        Grain::Week => (WEEK_DAYS, 83.days()),
        Grain::Month => (MONTH_DAYS, 11.months()),
    };
    let whole = grain == Grain::Month;
    let to = to.unwrap_or(if whole { today.last_of_month() } else { today });
    let start = || to.checked_sub(back).unwrap_or(Date::MIN);
    let from = from.unwrap_or_else(|| if whole { start().first_of_month() } else { start() });
    let days = Days::new(from, to, limit);
    let days = days.map_err(|error| Error::invalid("query.from", error.to_string()))?;
    if whole {
        days.months().map_err(|error| Error::invalid("query.from", error.to_string()))?;
    }
    Ok((days, time_zone))
}

/// What the desk did, day by day, week by week or month by month.
pub async fn course(ctx: &Ctx, asked: Question<'_>, grain: Grain) -> Result<Course, Error> {
    ctx.require(Action::TicketsRead)?;
    let subjects = subjects(asked.client);
    let (days, before) = (asked.days, asked.days.before());
    let mut pieces: Vec<_> =
        days.cut(grain).into_iter().map(|piece| (piece, Figures::default())).collect();
    let mut previous = Figures::default();
    for subject in &subjects {
        let found = if grain == Grain::Month {
            by_months(ctx, subject, before.from, days.to, asked.samples).await?
        } else {
            by_days(ctx, subject, before.from, days.to, asked.samples).await?
        };
        for (day, figures) in found {
            let place = pieces.iter_mut().find(|(piece, _)| piece.contains(day));
            place.map_or(&mut previous, |(_, sum)| sum).merge(&figures);
        }
    }
    let mut total = Figures::default();
    for (_, figures) in &pieces {
        total.merge(figures);
    }
    let as_of = as_of(ctx).await?;
    Ok(Course { days, pieces, total, previous: (before, previous), as_of })
}

/// Whose sums are asked for: a client's are those of each of its records.
fn subjects(client: Option<&ClientGroup>) -> Vec<DeskSubject> {
    let Some(client) = client else {
        return vec![DeskSubject::Organization];
    };
    client.ids().into_iter().map(|id| DeskSubject::Client(Some(id))).collect()
}

async fn by_days(
    ctx: &Ctx,
    subject: &DeskSubject,
    from: Date,
    to: Date,
    samples: &[Sample],
) -> Result<BTreeMap<Date, Figures>, Error> {
    let tenant = ctx.tenant();
    let mut days = Gathered::new(tenant.desk_days(subject, from, to).await?);
    for sample in samples {
        days.add(*sample, tenant.desk_day_sketches(subject, *sample, from, to).await?);
    }
    Ok(days.0)
}

/// Counts and durations brought together under what they are of.
struct Gathered<K>(BTreeMap<K, Figures>);

impl<K: Ord> Gathered<K> {
    fn new(counts: impl IntoIterator<Item = (K, DeskMeasures)>) -> Self {
        let figures = |counts| Figures { counts, ..Figures::default() };
        Self(counts.into_iter().map(|(of, counts)| (of, figures(counts))).collect())
    }

    fn add(&mut self, sample: Sample, sketches: impl IntoIterator<Item = (K, Sketch)>) {
        for (of, sketch) in sketches {
            self.0.entry(of).or_default().add(sample, &sketch);
        }
    }
}

/// A month's sums, under its first day.
async fn by_months(
    ctx: &Ctx,
    subject: &DeskSubject,
    from: Date,
    to: Date,
    samples: &[Sample],
) -> Result<BTreeMap<Date, Figures>, Error> {
    let kind = subject.kind();
    let sums = sums(ctx, kind, Days { from, to }, samples).await?;
    let own = sums.into_iter().filter(|((of, _), _)| of == subject);
    Ok(own.map(|((_, day), figures)| (day, figures)).collect())
}

/// The sums of every subject of a kind by month, each under its first day.
async fn sums(
    ctx: &Ctx,
    kind: SubjectKind,
    days: Days,
    samples: &[Sample],
) -> Result<BTreeMap<(DeskSubject, Date), Figures>, Error> {
    let tenant = ctx.tenant();
    let (from, to) = days.months().map_err(Error::internal)?;
    let period = Period::new(from, to, usize::MAX).map_err(Error::internal)?;
    let mut sums = Gathered::new(tenant.desk_months(kind, period).await?);
    for sample in samples {
        sums.add(*sample, tenant.desk_month_sketches(kind, *sample, period).await?);
    }
    let dated =
        |((subject, month), figures): ((_, Month), _)| ((subject, month.first_day()), figures);
    Ok(sums.0.into_iter().map(dated).collect())
}

/// The subjects of a kind compared, over whole months.
pub async fn compare(
    ctx: &Ctx,
    kind: SubjectKind,
    days: Days,
    samples: &[Sample],
) -> Result<Comparison, Error> {
    ctx.require(Action::TicketsRead)?;
    let (from, to) =
        days.months().map_err(|error| Error::invalid("query.from", error.to_string()))?;
    Period::new(from, to, GROUP_MONTHS)
        .map_err(|error| Error::invalid("query.from", error.to_string()))?;
    let before = days.before();
    let names = Names::read(ctx, kind).await?;
    let mut groups: BTreeMap<Option<String>, (Figures, Figures)> = BTreeMap::new();
    let (mut total, mut previous) = (Figures::default(), Figures::default());
    let whole = Days { from: before.from, to: days.to };
    for ((subject, day), figures) in sums(ctx, kind, whole, samples).await? {
        let group = groups.entry(names.key(&subject)).or_default();
        let (own, all) = if days.contains(day) {
            (&mut group.0, &mut total)
        } else {
            (&mut group.1, &mut previous)
        };
        own.merge(&figures);
        all.merge(&figures);
    }
    let group = |(key, (figures, previous)): (Option<String>, _)| {
        let name = key.as_ref().and_then(|key| names.name(key));
        Group { key, name, figures, previous }
    };
    let mut groups: Vec<_> = groups.into_iter().map(group).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.figures.counts.opened));
    Ok(Comparison { days, groups, total, previous: (before, previous), as_of: as_of(ctx).await? })
}

/// What the subjects of a kind are called.
struct Names {
    /// The leading record of the client that each record belongs to.
    leads: HashMap<ClientId, ClientId>,
    called: HashMap<String, String>,
    words: bool,
}

impl Names {
    async fn read(ctx: &Ctx, kind: SubjectKind) -> Result<Self, Error> {
        let mut names = Self { leads: HashMap::new(), called: HashMap::new(), words: false };
        match kind {
            SubjectKind::Client => clients::groups(ctx).await?.iter().for_each(|it| names.add(it)),
            SubjectKind::Technician => {
                let all = ctx.tenant().all_lately::<Technician>().await?.into_iter();
                names.called = all.map(|it| (it.id.to_string(), it.value.name)).collect();
            }
            _ => names.words = true,
        }
        Ok(names)
    }

    fn add(&mut self, group: &ClientGroup) {
        let lead = group.lead();
        self.leads.extend(group.ids().into_iter().map(|id| (id, lead.id)));
        self.called.insert(lead.id.to_string(), group.name().to_owned());
    }

    fn key(&self, subject: &DeskSubject) -> Option<String> {
        match subject {
            DeskSubject::Organization => None,
            DeskSubject::Client(id) => {
                id.map(|id| self.leads.get(&id).copied().unwrap_or(id).to_string())
            }
            DeskSubject::Technician(id) => id.map(|id| id.to_string()),
            DeskSubject::Category(word) | DeskSubject::Priority(word) => word.clone(),
        }
    }

    fn name(&self, key: &str) -> Option<String> {
        if self.words { Some(key.to_owned()) } else { self.called.get(key).cloned() }
    }
}
