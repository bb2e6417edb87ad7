//! Who gets tickets that nobody is named for: rules, turns and skills.

use std::collections::BTreeMap;

use clearmargin_domain::{
    access::Action,
    id::{RoutingRuleId, TechnicianId},
    tags::Tags,
    technician::Technician,
    text::Line,
    ticket::{
        Candidates, RoutingConditions, RoutingMethod, RoutingRule, RoutingTurn, TechnicianSkills,
        Ticket, route,
    },
};
use clearmargin_store::{Change, List, Stored};
use serde_json::json;

use crate::{Ctx, Error, Precondition, clients};

/// How many rules an organisation may have: each ticket that is opened asks all of them.
const RULES: usize = 100;

/// Among how many technicians a rule may choose.
pub const TECHNICIANS: usize = 100;
/// How many clients, priorities or categories a rule may name.
pub const WORDS: usize = 50;

/// What a rule says.
#[derive(Debug, Clone)]
pub struct RuleDetails {
    /// What it is called.
    pub name: Line<100>,
    /// Its place among the rules.
    pub position: u16,
    /// Whether it is asked at all.
    pub active: bool,
    /// Which tickets it is for.
    pub conditions: RoutingConditions,
    /// Among whom it chooses.
    pub among: Candidates,
    /// Who of them.
    pub by: RoutingMethod,
}

impl RuleDetails {
    fn rule(self, id: RoutingRuleId) -> RoutingRule {
        let Self { name, position, active, conditions, among, by } = self;
        RoutingRule { id, name, position, active, conditions, among, by }
    }
}

/// The rules, in the order in which they are asked.
pub async fn rules(ctx: &Ctx) -> Result<Vec<Stored<RoutingRule>>, Error> {
    ctx.require(Action::TicketsRead)?;
    let mut rules = ctx.tenant().all::<RoutingRule>().await?;
    rules.sort_by_key(|rule| (rule.position, rule.id));
    Ok(rules)
}

/// A rule.
pub async fn rule(ctx: &Ctx, id: RoutingRuleId) -> Result<Stored<RoutingRule>, Error> {
    ctx.require(Action::TicketsRead)?;
    found(ctx, id).await
}

async fn found(ctx: &Ctx, id: RoutingRuleId) -> Result<Stored<RoutingRule>, Error> {
    ctx.tenant().get::<RoutingRule>(id).await?.ok_or(Error::NotFound("routing rule"))
}

/// Adds a rule.
pub async fn add_rule(ctx: &Ctx, details: RuleDetails) -> Result<RoutingRule, Error> {
    ctx.require(Action::DeskManage)?;
    if let Some(rule) = ctx.replay().await? {
        return Ok(rule);
    }
    check(ctx, &details).await?;
    if ctx.tenant().all::<RoutingRule>().await?.len() >= RULES {
        return Err(Error::conflict("too_many", format!("there are {RULES} rules already")));
    }
    let rule = details.rule(RoutingRuleId::new(ctx.now, ctx.app.random()));
    let mut change = ctx.tenant().change(ctx.audit("routing.added", rule.id, json!({})));
    change.insert(&rule)?;
    ctx.commit(change, rule).await
}

/// Writes a rule anew.
pub async fn replace_rule(
    ctx: &Ctx,
    id: RoutingRuleId,
    details: RuleDetails,
    seen: &Precondition,
) -> Result<Stored<RoutingRule>, Error> {
    ctx.require(Action::DeskManage)?;
    let old = found(ctx, id).await?;
    seen.check(old.version)?;
    check(ctx, &details).await?;
    let rule = details.rule(id);
    if rule == old.value {
        return Ok(old);
    }
    let mut change = ctx.tenant().change(ctx.audit("routing.changed", id, json!({})));
    change.update(&old, &rule)?;
    change.commit().await?;
    Ok(Stored { value: rule, version: old.version + 1 })
}

/// Removes a rule.
pub async fn remove_rule(ctx: &Ctx, id: RoutingRuleId) -> Result<(), Error> {
    ctx.require(Action::DeskManage)?;
    let old = found(ctx, id).await?;
    let mut change = ctx.tenant().change(ctx.audit("routing.removed", id, json!({})));
    change.delete(&old)?;
    if let Some(turn) = ctx.tenant().get::<RoutingTurn>(id).await? {
        change.delete(&turn)?;
    }
    Ok(change.commit().await?)
}

async fn check(ctx: &Ctx, details: &RuleDetails) -> Result<(), Error> {
    let conditions = &details.conditions;
    let named = if let Candidates::Technicians(ids) = &details.among { ids.len() } else { 0 };
    for (path, count, most) in [
        ("technicianIds", named, TECHNICIANS),
        ("conditions.clientIds", conditions.clients.len(), WORDS),
        ("conditions.priorities", conditions.priorities.len(), WORDS),
        ("conditions.categories", conditions.categories.len(), WORDS),
    ] {
        if count > most {
            return Err(Error::invalid(path, format!("expected at most {most}")));
        }
    }
    if let Candidates::Technicians(ids) = &details.among {
        if ids.is_empty() {
            return Err(Error::invalid("technicianIds", "nobody is named"));
        }
        let known = ctx.tenant().get_many::<Technician>(ids).await?;
        if known.len() < ids.iter().collect::<std::collections::BTreeSet<_>>().len() {
            return Err(Error::invalid("technicianIds", "one of them is no technician"));
        }
    }
    for id in &conditions.clients {
        clients::named(ctx, *id, "conditions.clientIds").await?;
    }
    Ok(())
}

/// What each technician is good at, for whom anything is known.
pub async fn skills(ctx: &Ctx) -> Result<BTreeMap<TechnicianId, Tags>, Error> {
    ctx.require(Action::TicketsRead)?;
    let skills = ctx.tenant().all::<TechnicianSkills>().await?;
    Ok(skills.into_iter().map(|known| (known.technician, known.value.skills)).collect())
}

/// Says what a technician is good at.
pub async fn set_skills(ctx: &Ctx, technician: TechnicianId, skills: Tags) -> Result<Tags, Error> {
    ctx.require(Action::DeskManage)?;
    let known = ctx.tenant().get::<Technician>(technician).await?;
    known.ok_or(Error::NotFound("technician"))?;
    let new = TechnicianSkills { technician, skills };
    let old = ctx.tenant().get::<TechnicianSkills>(technician).await?;
    if old.as_ref().is_some_and(|old| old.value == new) {
        return Ok(new.skills);
    }
    let mut change = ctx.tenant().change(ctx.audit("technician.skills", technician, json!({})));
    change.set(old.as_ref(), &new)?;
    change.commit().await?;
    Ok(new.skills)
}

/// Who gets a ticket, by which rule.
#[derive(Debug)]
pub(crate) struct Routed {
    /// Who.
    pub(crate) technician: TechnicianId,
    rule: RoutingRuleId,
    turn: Turn,
}

/// Whose turn it was.
#[derive(Debug)]
enum Turn {
    /// Nobody takes turns.
    Never,
    /// Nobody's so far.
    First,
    /// Somebody's.
    After(Stored<RoutingTurn>),
}

impl Routed {
    /// Takes the turn, if turns are taken.
    pub(crate) fn write(self, change: &mut Change<'_>) -> Result<(), Error> {
        let next = RoutingTurn { rule: self.rule, last: self.technician };
        match self.turn {
            Turn::After(last) => change.update(&last, &next)?,
            Turn::First => change.insert(&next)?,
            Turn::Never => {}
        }
        Ok(())
    }
}

/// Who gets a ticket, if a rule is for it.
pub(crate) async fn decide(ctx: &Ctx, ticket: &Ticket) -> Result<Option<Routed>, Error> {
    let rules = ctx.tenant().all::<RoutingRule>().await?;
    if rules.is_empty() {
        return Ok(None);
    }
    let rules: Vec<_> = rules.into_iter().map(|rule| rule.value).collect();
    let skills = ctx.tenant().all::<TechnicianSkills>().await?;
    let skills: Vec<_> = skills.into_iter().map(|known| known.value).collect();
    let Some((rule, among)) = route(&rules, &skills, ticket) else {
        return Ok(None);
    };
    let (turn, open) = match rule.by {
        RoutingMethod::RoundRobin => {
            let turn = ctx.tenant().get::<RoutingTurn>(rule.id).await?;
            (turn.map_or(Turn::First, Turn::After), BTreeMap::new())
        }
        RoutingMethod::LeastLoaded => (Turn::Never, open_by_technician(ctx).await?),
    };
    let last = if let Turn::After(turn) = &turn { Some(turn.last) } else { None };
    let technician = rule.by.pick(&among, last, &open);
    Ok(technician.map(|technician| Routed { technician, rule: rule.id, turn }))
}

/// How many open tickets each technician has.
async fn open_by_technician(ctx: &Ctx) -> Result<BTreeMap<TechnicianId, i64>, Error> {
    let mut open = BTreeMap::new();
    let tickets = ctx.tenant().every::<Ticket>(List::OpenTickets).await?;
    for technician in tickets.iter().filter_map(|ticket| ticket.technician) {
        *open.entry(technician).or_insert(0) += 1;
    }
    Ok(open)
}
