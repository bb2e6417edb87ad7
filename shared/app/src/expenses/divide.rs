//! A purchase with its lines divided as somebody wants it.

use std::collections::{BTreeSet, HashMap, HashSet};

use clearmargin_domain::{
    agreement::AgreementLine,
    client::ClientStatus,
    expense::{
        Allocated, Expense, ExpenseLine,
        allocation::{AllocationError, AllocationKey, Target},
    },
    id::{ClientId, ServiceId},
    money::Money,
    period::Month,
    service::Service,
};
use jiff::civil::Date;

use super::weights::{MOST_COUNTED, weights};
use crate::{
    Ctx, Error, FieldError,
    agreements::Everything,
    books,
    clients::{self, ClientGroup},
};

/// The most lines that are said one by one.
pub const MOST_LINES: usize = 100;
/// The most parts that the lines of a purchase have together: it is one record.
pub const MOST_PARTS: usize = 1_000;

/// For whom the lines of a purchase were bought. What is said of none is for nobody in particular.
#[derive(Debug, Clone)]
pub struct AllocationChange {
    /// Each line of which something is said.
    pub lines: Vec<LineChange>,
}

/// For whom a line was bought.
#[derive(Debug, Clone)]
pub struct LineChange {
    /// The line, from 1; none for every line of which the source does not name a client.
    pub line: Option<usize>,
    /// How it is divided.
    pub share: Share,
}

/// How a line is divided.
#[derive(Debug, Clone)]
pub enum Share {
    /// As somebody states it.
    Parts(Vec<StatedPart>),
    /// By what each used.
    Key {
        /// Of what.
        key: AllocationKey,
        /// In which month; in the purchase's own unless somebody says.
        month: Option<Month>,
        /// Among whom.
        among: Among,
        /// Whether those of whom it is not known are left out; it is refused otherwise.
        leave_out: bool,
    },
}

/// Among whom a line is divided.
#[derive(Debug, Clone)]
pub enum Among {
    /// All clients; of those that are not active, the ones that used any.
    Everybody,
    /// These, by the id of any of their records.
    Clients(Vec<ClientId>),
    /// Those that have a line of a catalogue entry in an agreement at the end of the month.
    Having(ServiceId),
}

/// A part that somebody states.
#[derive(Debug, Clone)]
pub struct StatedPart {
    /// Whose it is, by the id of any of the client's records.
    pub client: Option<ClientId>,
    /// For which catalogue entry.
    pub service: Option<ServiceId>,
    /// How much, in the currency of the line and with its sign.
    pub amount: Money,
}

/// The purchase with its lines divided so; nothing is written.
pub(super) async fn divided(
    ctx: &Ctx,
    expense: &Expense,
    change: &AllocationChange,
) -> Result<Expense, Error> {
    let groups = clients::groups(ctx).await?;
    let mut divider = Divider { ctx, groups: &groups, expense, known: HashMap::new() };
    let mut new = expense.clone();
    new.lines.iter_mut().for_each(|line| line.allocated = None);
    let mut said = HashSet::new();
    for (place, wanted) in change.lines.iter().enumerate() {
        let path = format!("lines[{place}]");
        for at in divider.places(wanted.line, change.lines.len(), &path)? {
            if !said.insert(at) {
                return Err(Error::invalid(format!("{path}.line"), "the line is there twice"));
            }
            if let Some(line) = new.lines.get_mut(at) {
                line.allocated = Some(divider.share(line, &wanted.share, &path).await?);
            }
        }
    }
    let lines = new.lines.iter().filter_map(|line| line.allocated.as_ref());
    let parts: usize = lines.map(|allocated| allocated.parts.len()).sum();
    if parts > MOST_PARTS {
        return Err(Error::invalid("lines", format!("at most {MOST_PARTS} parts, not {parts}")));
    }
    Ok(new)
}

struct Divider<'a> {
    ctx: &'a Ctx,
    groups: &'a [ClientGroup],
    expense: &'a Expense,
    /// What clients used, as far as it was read.
    known: HashMap<(AllocationKey, Month), HashMap<ClientId, Option<i64>>>,
}

impl<'a> Divider<'a> {
    /// The places of the lines that are meant.
    fn places(&self, line: Option<usize>, all: usize, path: &str) -> Result<Vec<usize>, Error> {
        let lines = &self.expense.lines;
        let Some(number) = line else {
            if all > 1 {
                let message = "say which line it is, or nothing of other lines";
                return Err(Error::invalid(format!("{path}.line"), message));
            }
            let free = lines.iter().enumerate().filter(|(_, line)| line.client.is_none());
            let free: Vec<_> = free.map(|(at, _)| at).collect();
            return if free.is_empty() { Err(named("every line")) } else { Ok(free) };
        };
        let at = number.checked_sub(1);
        match at.and_then(|at| Some((at, lines.get(at)?))) {
            None => Err(Error::invalid(format!("{path}.line"), "there is no such line")),
            Some((_, line)) if line.client.is_some() => Err(named(&format!("line {number}"))),
            Some((at, _)) => Ok(vec![at]),
        }
    }

    async fn share(
        &mut self,
        line: &ExpenseLine,
        share: &Share,
        path: &str,
    ) -> Result<Allocated, Error> {
        match share {
            Share::Parts(parts) => self.stated(line, parts, path).await,
            Share::Key { key, month, among, leave_out } => {
                let month = month.unwrap_or_else(|| Month::of(self.expense.day));
                self.by_key(line, (*key, month), among, *leave_out, path).await
            }
        }
    }

    async fn stated(
        &self,
        line: &ExpenseLine,
        parts: &[StatedPart],
        path: &str,
    ) -> Result<Allocated, Error> {
        let mut stated = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            let path = format!("{path}.parts[{place}]");
            if part.amount.currency != line.amount.currency {
                let message = format!("the line is in {}", line.amount.currency);
                return Err(Error::invalid(format!("{path}.amount"), message));
            }
            if part.amount.minor == 0 {
                let message = "expected more than nothing";
                return Err(Error::invalid(format!("{path}.amount"), message));
            }
            if part.service.is_some() && line.service.is_some() {
                let message = "the source says which catalogue entry the line is for";
                return Err(Error::invalid(format!("{path}.serviceId"), message));
            }
            let client = part.client.map(|id| self.lead(id, &format!("{path}.clientId")));
            let target = match (client.transpose()?, part.service) {
                (Some(client), Some(service)) => Target::ClientService(client, service),
                (Some(client), None) => Target::Client(client),
                (None, Some(service)) => Target::Service(service),
                (None, None) => {
                    let message = "name a client, a catalogue entry, or both";
                    return Err(Error::invalid(format!("{path}.clientId"), message));
                }
            };
            stated.push((target, part.amount.minor));
        }
        let services: BTreeSet<_> = parts.iter().filter_map(|part| part.service).collect();
        self.check_services(&services, path).await?;
        let allocated = Allocated::exact(line.amount, stated, self.ctx.now);
        allocated.map_err(|error| Error::invalid(format!("{path}.parts"), error.to_string()))
    }

    async fn by_key(
        &mut self,
        line: &ExpenseLine,
        (key, month): (AllocationKey, Month),
        among: &Among,
        leave_out: bool,
        path: &str,
    ) -> Result<Allocated, Error> {
        let groups = self.meant(among, month, path).await?;
        self.read((key, month), &groups, path).await?;
        let known = self.known.get(&(key, month));
        let used = |group: &ClientGroup| {
            known.and_then(|known| known.get(&group.lead().id)).copied().flatten()
        };
        let everybody = matches!(among, Among::Everybody);
        let counts = |group: &&ClientGroup| {
            !everybody || group.status() == ClientStatus::Active || used(group).is_some()
        };
        let groups: Vec<_> = groups.into_iter().filter(counts).collect();
        let missing: Vec<_> = groups.iter().copied().filter(|it| used(it).is_none()).collect();
        if !missing.is_empty() && !leave_out {
            return Err(unknown(&missing, (key, month), path));
        }
        let service = match among {
            Among::Having(service) => Some(*service).filter(|_| line.service.is_none()),
            Among::Everybody | Among::Clients(_) => None,
        };
        let target =
            |client| service.map_or(Target::Client(client), |it| Target::ClientService(client, it));
        let weighed = groups.iter().filter(|group| used(group).is_some());
        let weighed: Vec<_> = weighed.map(|group| (target(group.lead().id), used(group))).collect();
        let allocated = Allocated::by_key(line.amount, (key, month), &weighed, self.ctx.now)
            .map_err(|error| Error::invalid(format!("{path}.key"), self.told(error)))?;
        Ok(allocated.without(missing.into_iter().map(|group| group.lead().id).collect()))
    }

    /// The clients that a line is divided among.
    async fn meant(
        &self,
        among: &Among,
        month: Month,
        path: &str,
    ) -> Result<Vec<&'a ClientGroup>, Error> {
        let leads: HashSet<_> = match among {
            Among::Everybody => return Ok(self.groups.iter().collect()),
            Among::Clients(ids) => {
                let path = format!("{path}.clientIds");
                ids.iter().map(|id| self.lead(*id, &path)).collect::<Result<_, _>>()?
            }
            Among::Having(service) => {
                self.check_services(&BTreeSet::from([*service]), path).await?;
                let day = month.last_day();
                let having = having(self.ctx, *service, day).await?;
                having.into_iter().filter_map(|record| self.group(record)).collect()
            }
        };
        let groups = self.groups.iter().filter(|group| leads.contains(&group.lead().id));
        Ok(groups.collect())
    }

    /// Reads what these used, unless it was read before.
    async fn read(
        &mut self,
        key: (AllocationKey, Month),
        groups: &[&'a ClientGroup],
        path: &str,
    ) -> Result<(), Error> {
        let known = self.known.entry(key).or_default();
        let new: Vec<_> =
            groups.iter().copied().filter(|it| !known.contains_key(&it.lead().id)).collect();
        let counted = matches!(key.0, AllocationKey::Seats | AllocationKey::Endpoints);
        if counted && new.len() > MOST_COUNTED {
            let message = format!("name the clients: at most {MOST_COUNTED} are counted at once");
            return Err(Error::invalid(format!("{path}.clientIds"), message));
        }
        if new.is_empty() {
            return Ok(());
        }
        let used = weights(self.ctx, key, &new).await?;
        known.extend(new.iter().map(|group| {
            let lead = group.lead().id;
            (lead, used.get(&lead).copied())
        }));
        Ok(())
    }

    /// The id that the client of a record goes by.
    fn group(&self, record: ClientId) -> Option<ClientId> {
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.members().iter().any(|member| member.id == record));
        group.map(|group| group.lead().id)
    }

    fn lead(&self, record: ClientId, path: &str) -> Result<ClientId, Error> {
        self.group(record).ok_or_else(|| Error::invalid(path, format!("no client is {record}")))
    }

    async fn check_services(&self, ids: &BTreeSet<ServiceId>, path: &str) -> Result<(), Error> {
        let ids: Vec<_> = ids.iter().copied().collect();
        let found = self.ctx.tenant().get_many::<Service>(&ids).await?;
        if found.len() == ids.len() {
            return Ok(());
        }
        let path = format!("{path}.serviceId");
        Err(Error::invalid(path, "there is no such service"))
    }

    fn told(&self, error: AllocationError) -> String {
        let target = match error {
            AllocationError::NegativeWeight(target) => target.client(),
            _ => None,
        };
        let group = self.groups.iter().find(|group| Some(group.lead().id) == target);
        match group {
            Some(group) => format!("{error}: {} ({})", group.name(), group.lead().id),
            None => error.to_string(),
        }
    }
}

fn named(lines: &str) -> Error {
    Error::conflict("names_client", format!("the source says for whom {lines} was bought"))
}

/// Nobody counted what these used: each is told.
fn unknown(groups: &[&ClientGroup], (key, month): (AllocationKey, Month), path: &str) -> Error {
    let what = match key {
        AllocationKey::Seats => "users were",
        AllocationKey::Endpoints => "endpoints were",
        AllocationKey::Hours => "hours were",
        AllocationKey::Revenue => "revenue was",
    };
    let told = |group: &&ClientGroup| FieldError {
        path: format!("{path}.clientIds"),
        code: "missing_weight",
        message: format!(
            "no {what} counted of {} ({}) in {month} or the month before",
            group.name(),
            group.lead().id
        ),
    };
    Error::Invalid(groups.iter().map(told).collect())
}

/// The client records that have a line of a catalogue entry in an agreement that is in force on a day.
async fn having(ctx: &Ctx, service: ServiceId, day: Date) -> Result<Vec<ClientId>, Error> {
    let today = books::today(ctx).await?;
    let mut records = Vec::new();
    for (agreement, _, lines) in Everything::read(ctx).await?.parts() {
        let sold = |line: &AgreementLine| line.service == Some(service) && line.is_active_on(day);
        if agreement.was_in_force_on(day, today) == Some(true) && lines.iter().any(sold) {
            records.push(agreement.client);
        }
    }
    Ok(records)
}
