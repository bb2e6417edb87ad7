//! Who gets which tickets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ticket, Word};
use crate::{
    id::{ClientId, RoutingRuleId, TechnicianId},
    tags::{Tag, Tags},
    text::Line,
};

/// A rule about who gets which tickets. The first rule in order of `position`, then of id, whose
/// conditions hold and that finds somebody decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingRule {
    /// Our id.
    pub id: RoutingRuleId,
    /// What it is called.
    pub name: Line<100>,
    /// Its place among the rules.
    pub position: u16,
    /// Whether it is asked at all.
    pub active: bool,
    /// Which tickets it is for.
    pub conditions: RoutingConditions,
    /// Among whom.
    pub among: Candidates,
    /// Who of them.
    pub by: RoutingMethod,
}

/// Among whom a rule chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Candidates {
    /// These.
    Technicians(Vec<TechnicianId>),
    /// All who have a skill, by their ids.
    Skill(Tag),
}

/// What somebody is good at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TechnicianSkills {
    /// Who.
    pub technician: TechnicianId,
    /// What.
    pub skills: Tags,
}

impl Candidates {
    /// Who they are.
    pub fn resolve(&self, skills: &[TechnicianSkills]) -> Vec<TechnicianId> {
        match self {
            Self::Technicians(technicians) => technicians.clone(),
            Self::Skill(skill) => {
                let able = skills.iter().filter(|known| known.skills.contains(skill.as_str()));
                let mut able: Vec<_> = able.map(|known| known.technician).collect();
                able.sort_unstable();
                able
            }
        }
    }
}

/// Which tickets a rule is for: everything that is said has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoutingConditions {
    /// The ticket's client is one of these; any for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<ClientId>,
    /// Its priority is one of these, in any case; any for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Word>,
    /// Its category is one of these, in any case; any for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Word>,
    /// Its subject contains this, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Line<100>>,
}

/// Who of several people gets a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingMethod {
    /// One after the other.
    RoundRobin,
    /// Whoever has the fewest open tickets; of several, the one named first.
    LeastLoaded,
}

impl RoutingMethod {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::RoundRobin, Self::LeastLoaded];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastLoaded => "least_loaded",
        }
    }
}

/// Whose turn it was last in a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoutingTurn {
    /// The rule.
    pub rule: RoutingRuleId,
    /// Who got the last ticket.
    pub last: TechnicianId,
}

impl RoutingConditions {
    /// Whether they hold for a ticket.
    pub fn hold(&self, ticket: &Ticket) -> bool {
        let one_of = |words: &[Word], word: Option<&String>| {
            let word = word.map(|word| word.trim().to_lowercase());
            let mut words = words.iter().map(|word| word.as_str().to_lowercase());
            words.len() == 0 || word.is_some_and(|word| words.any(|known| known == word))
        };
        let subject = ticket.subject.to_lowercase();
        (self.clients.is_empty() || ticket.client.is_some_and(|id| self.clients.contains(&id)))
            && one_of(&self.priorities, ticket.priority.as_ref())
            && one_of(&self.categories, ticket.category.as_ref())
            && self.subject.as_ref().is_none_or(|it| subject.contains(&it.as_str().to_lowercase()))
    }
}

impl RoutingMethod {
    /// Who of these gets the next ticket. `last` is who got the one before; `open` are the open
    /// tickets of each, none for whom nothing is known.
    pub fn pick(
        self,
        among: &[TechnicianId],
        last: Option<TechnicianId>,
        open: &BTreeMap<TechnicianId, i64>,
    ) -> Option<TechnicianId> {
        match self {
            Self::RoundRobin => {
                let place = last.and_then(|last| among.iter().position(|id| *id == last));
                let next = place.map_or(0, |place| place + 1);
                among.get(next).or_else(|| among.first()).copied()
            }
            Self::LeastLoaded => {
                let load = |id: &&TechnicianId| open.get(*id).copied().unwrap_or(0);
                among.iter().min_by_key(load).copied()
            }
        }
    }
}

/// The rule that decides about a ticket, and among whom: the first one that is for it and finds
/// anybody.
pub fn route<'a>(
    rules: &'a [RoutingRule],
    skills: &[TechnicianSkills],
    ticket: &Ticket,
) -> Option<(&'a RoutingRule, Vec<TechnicianId>)> {
    let mut rules: Vec<_> = rules.iter().filter(|rule| rule.active).collect();
    rules.sort_by_key(|rule| (rule.position, rule.id));
    let for_it = rules.into_iter().filter(|rule| rule.conditions.hold(ticket));
    let mut found = for_it.map(|rule| (rule, rule.among.resolve(skills)));
    found.find(|(_, among)| !among.is_empty())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{super::tests::ticket, *};

    fn technician(number: u128) -> TechnicianId {
        TechnicianId::new(Timestamp::UNIX_EPOCH, number)
    }

    fn rule(position: u16, conditions: RoutingConditions, among: Candidates) -> RoutingRule {
        RoutingRule {
            id: RoutingRuleId::new(Timestamp::UNIX_EPOCH, position.into()),
            name: "Printers".parse().unwrap(),
            position,
            active: true,
            conditions,
            among,
            by: RoutingMethod::RoundRobin,
        }
    }

    fn named(number: u128) -> Candidates {
        Candidates::Technicians(vec![technician(number)])
    }

    #[test]
    fn the_first_rule_that_holds_and_finds_somebody_decides() {
        let about = |subject: &str| RoutingConditions {
            subject: Some(subject.parse().unwrap()),
            ..RoutingConditions::default()
        };
        let urgent = RoutingConditions {
            priorities: vec!["HIGH".parse().unwrap()],
            ..RoutingConditions::default()
        };
        let skill = Candidates::Skill("Printers".parse().unwrap());
        let rules = [
            rule(4, RoutingConditions::default(), named(4)),
            rule(1, about("server"), named(1)),
            rule(2, about("PRINTER"), skill),
            rule(3, urgent, named(3)),
        ];
        let decide = |skills: &[TechnicianSkills]| {
            route(&rules, skills, &ticket(false)).map(|(rule, among)| (rule.position, among))
        };
        assert_eq!(decide(&[]), Some((3, vec![technician(3)])));
        let tags: Vec<Tag> = vec!["printers".parse().unwrap()];
        let skills =
            TechnicianSkills { technician: technician(9), skills: tags.try_into().unwrap() };
        assert_eq!(decide(&[skills]), Some((2, vec![technician(9)])));
    }

    #[test]
    fn turns_go_round_and_begin_anew_when_the_last_one_has_left() {
        let among = [1, 2, 3].map(technician);
        let next = |last| RoutingMethod::RoundRobin.pick(&among, last, &BTreeMap::new());
        assert_eq!(next(None), Some(technician(1)));
        assert_eq!(next(Some(technician(1))), Some(technician(2)));
        assert_eq!(next(Some(technician(3))), Some(technician(1)));
        assert_eq!(next(Some(technician(8))), Some(technician(1)));
    }

    #[test]
    fn whoever_has_least_to_do_gets_the_ticket() {
        let among = [1, 2, 3].map(technician);
        let open = BTreeMap::from([(technician(1), 4), (technician(2), 2), (technician(3), 2)]);
        let pick = |open| RoutingMethod::LeastLoaded.pick(&among, None, open);
        assert_eq!(pick(&open), Some(technician(2)));
        assert_eq!(pick(&BTreeMap::new()), Some(technician(1)));
        assert_eq!(RoutingMethod::LeastLoaded.pick(&[], None, &open), None);
    }
}
