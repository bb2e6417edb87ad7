//! `/api/tickets/routing`

use clearmargin_app::routing::{self, RuleDetails};
use clearmargin_domain::{
    id::{ClientId, RoutingRuleId, TechnicianId},
    tags::{Tag, Tags},
    text::Line,
    ticket::{Candidates, RoutingConditions, RoutingMethod, RoutingRule, Word},
};
use clearmargin_web::{
    Caller, Created, Data, Done, IfMatch, Json, Path, Result, Versioned, schema,
};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{Object, schema::Array};

use crate::texts;

/// A rule about who gets which tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleView {
    /// Its id.
    #[schema(example = "rou_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    id: String,
    /// What it is called.
    #[schema(example = "Printers")]
    name: String,
    /// Its place among the rules: the first one that holds decides.
    position: u16,
    /// Whether it is asked at all.
    active: bool,
    /// Which tickets it is for.
    conditions: ConditionsView,
    /// Among whom it chooses; empty if it chooses by a skill.
    technician_ids: Vec<String>,
    /// The skill that it chooses by; null if it names people.
    skill: Option<String>,
    /// Who of them.
    #[schema(schema_with = method)]
    method: &'static str,
}

/// Which tickets a rule is for: everything that is said has to hold.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConditionsView {
    /// The ticket's client is one of these; any if there are none.
    client_ids: Vec<String>,
    /// Its priority is one of these; any if there are none.
    priorities: Vec<String>,
    /// Its category is one of these; any if there are none.
    categories: Vec<String>,
    /// Its subject contains this.
    subject: Option<String>,
}

fn method() -> Object {
    schema::one_of(RoutingMethod::ALL.map(RoutingMethod::as_str))
}

impl RuleView {
    fn new(rule: &RoutingRule) -> Self {
        let (technicians, skill) = match &rule.among {
            Candidates::Technicians(ids) => (ids.as_slice(), None),
            Candidates::Skill(skill) => (&[][..], Some(skill.to_string())),
        };
        let conditions = &rule.conditions;
        let words = |words: &[Word]| words.iter().map(ToString::to_string).collect();
        Self {
            id: rule.id.to_string(),
            name: rule.name.to_string(),
            position: rule.position,
            active: rule.active,
            conditions: ConditionsView {
                client_ids: conditions.clients.iter().map(ToString::to_string).collect(),
                priorities: words(&conditions.priorities),
                categories: words(&conditions.categories),
                subject: conditions.subject.clone().map(String::from),
            },
            technician_ids: technicians.iter().map(ToString::to_string).collect(),
            skill,
            method: rule.by.as_str(),
        }
    }
}

/// A rule as it is to be: among `technicianIds`, or among all who have a `skill`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RuleBody {
    /// What it is called.
    #[schema(schema_with = schema::name)]
    name: Line<100>,
    /// Its place among the rules.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 65535)]
    position: u16,
    /// Whether it is asked at all.
    #[serde(default = "yes")]
    active: bool,
    /// Which tickets it is for; all unless something is said.
    #[serde(default)]
    conditions: ConditionsBody,
    /// Among whom it chooses.
    #[serde(default)]
    #[schema(schema_with = technicians, required = false)]
    technician_ids: Vec<TechnicianId>,
    /// The skill that it chooses by.
    #[schema(schema_with = skill, required = false)]
    skill: Option<Tag>,
    /// Who of them: one after the other, or whoever has the fewest open tickets.
    #[schema(schema_with = method)]
    method: RoutingMethod,
}

fn yes() -> bool {
    true
}

fn technicians() -> Array {
    schema::ids(TechnicianId::PREFIX, routing::TECHNICIANS).build()
}

fn clients() -> Array {
    schema::ids(ClientId::PREFIX, routing::WORDS).build()
}

fn skill() -> Object {
    schema::or_null(texts::tag())
}

/// Which tickets a rule is for.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ConditionsBody {
    /// The ticket's client is one of these.
    #[schema(schema_with = clients, required = false)]
    client_ids: Vec<ClientId>,
    /// Its priority is one of these, in any case.
    #[schema(schema_with = texts::words)]
    priorities: Vec<Word>,
    /// Its category is one of these, in any case.
    #[schema(schema_with = texts::words)]
    categories: Vec<Word>,
    /// Its subject contains this, in any case.
    #[schema(schema_with = texts::word)]
    subject: Option<Line<100>>,
}

impl RuleBody {
    fn details(self) -> std::result::Result<RuleDetails, clearmargin_app::Error> {
        let among = match (self.skill, self.technician_ids) {
            (Some(skill), ids) if ids.is_empty() => Candidates::Skill(skill),
            (None, ids) => Candidates::Technicians(ids),
            (Some(_), _) => {
                let message = "expected technicianIds or a skill, not both";
                return Err(clearmargin_app::Error::invalid("skill", message));
            }
        };
        let ConditionsBody { client_ids, priorities, categories, subject } = self.conditions;
        let conditions = RoutingConditions { clients: client_ids, priorities, categories, subject };
        Ok(RuleDetails {
            name: self.name,
            position: self.position,
            active: self.active,
            conditions,
            among,
            by: self.method,
        })
    }
}

/// The routing rules, in the order in which they are asked.
#[utoipa::path(
    get,
    path = "/api/tickets/routing",
    tag = "Routing",
    extensions(("x-action" = json!("tickets.read"))),
    responses((status = 200, description = "The rules.", body = Data<Vec<RuleView>>)),
)]
pub(crate) async fn list_routing_rules(Caller(ctx): Caller) -> Result<Data<Vec<RuleView>>> {
    let rules = routing::rules(&ctx).await?;
    Ok(Data::new(rules.iter().map(|rule| RuleView::new(rule)).collect()))
}

/// Adds a routing rule. Tickets opened from now on ask it, unless somebody is named for them.
#[utoipa::path(
    post,
    path = "/api/tickets/routing",
    tag = "Routing",
    extensions(("x-action" = json!("desk.manage"))),
    request_body(content = RuleBody, example = json!({
        "name": "Printers", "position": 1, "conditions": {"subject": "printer"},
        "skill": "printers", "method": "round_robin"
    })),
    responses((status = 201, description = "The rule.", body = Data<RuleView>)),
)]
pub(crate) async fn add_routing_rule(
    Caller(ctx): Caller,
    Json(body): Json<RuleBody>,
) -> Result<Created<RuleView>> {
    let rule = routing::add_rule(&ctx, body.details()?).await?;
    Ok(Created(RuleView::new(&rule)))
}

/// A routing rule.
#[utoipa::path(
    get,
    path = "/api/tickets/routing/{id}",
    tag = "Routing",
    extensions(("x-action" = json!("tickets.read")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The rule's id.")),
    responses((status = 200, description = "The rule.", body = Data<RuleView>)),
)]
pub(crate) async fn get_routing_rule(
    Caller(ctx): Caller,
    Path(id): Path<RoutingRuleId>,
) -> Result<Versioned<RuleView>> {
    let rule = routing::rule(&ctx, id).await?;
    Ok(Versioned::new(rule.version, RuleView::new(&rule)))
}

/// Writes a routing rule anew.
#[utoipa::path(
    put,
    path = "/api/tickets/routing/{id}",
    tag = "Routing",
    extensions(("x-action" = json!("desk.manage")), ("x-versioned" = json!(true))),
    params(("id" = String, Path, description = "The rule's id.")),
    request_body(content = RuleBody, example = json!({
        "name": "Printers", "position": 2, "conditions": {"categories": ["Hardware"]},
        "skill": "printers", "method": "least_loaded"
    })),
    responses((status = 200, description = "The rule.", body = Data<RuleView>)),
)]
pub(crate) async fn replace_routing_rule(
    Caller(ctx): Caller,
    Path(id): Path<RoutingRuleId>,
    IfMatch(seen): IfMatch,
    Json(body): Json<RuleBody>,
) -> Result<Versioned<RuleView>> {
    let rule = routing::replace_rule(&ctx, id, body.details()?, &seen).await?;
    Ok(Versioned::new(rule.version, RuleView::new(&rule)))
}

/// Removes a routing rule; tickets that it gave somebody stay as they are.
#[utoipa::path(
    delete,
    path = "/api/tickets/routing/{id}",
    tag = "Routing",
    extensions(("x-action" = json!("desk.manage"))),
    params(("id" = String, Path, description = "The rule's id.")),
    responses((status = 204, description = "The rule is gone.")),
)]
pub(crate) async fn remove_routing_rule(
    Caller(ctx): Caller,
    Path(id): Path<RoutingRuleId>,
) -> Result<Done> {
    routing::remove_rule(&ctx, id).await?;
    Ok(Done)
}

/// What a technician is good at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkillsView {
    /// Who.
    #[schema(example = "tec_01J8Z0G4ZQ3V6Q1T9K2N7M5B4C")]
    technician_id: String,
    /// What.
    skills: Vec<String>,
}

impl SkillsView {
    fn new(technician: TechnicianId, skills: &Tags) -> Self {
        let skills = skills.iter().map(str::to_owned).collect();
        Self { technician_id: technician.to_string(), skills }
    }
}

/// What each technician is good at, for whom anything is known.
#[utoipa::path(
    get,
    path = "/api/tickets/routing/skills",
    tag = "Routing",
    extensions(("x-action" = json!("tickets.read"))),
    responses((status = 200, description = "The skills.", body = Data<Vec<SkillsView>>)),
)]
pub(crate) async fn list_skills(Caller(ctx): Caller) -> Result<Data<Vec<SkillsView>>> {
    let skills = routing::skills(&ctx).await?;
    Ok(Data::new(skills.iter().map(|(who, skills)| SkillsView::new(*who, skills)).collect()))
}

/// What a technician is to be known for.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetSkills {
    /// The skills; empty for none.
    #[schema(schema_with = texts::tags)]
    skills: Tags,
}

/// Says what a technician is good at.
#[utoipa::path(
    put,
    path = "/api/tickets/routing/skills/{id}",
    tag = "Routing",
    extensions(("x-action" = json!("desk.manage"))),
    params(("id" = String, Path, description = "The technician's id.")),
    request_body(content = SetSkills, example = json!({"skills": ["printers", "network"]})),
    responses((status = 200, description = "The skills.", body = Data<SkillsView>)),
)]
pub(crate) async fn set_skills(
    Caller(ctx): Caller,
    Path(id): Path<TechnicianId>,
    Json(body): Json<SetSkills>,
) -> Result<Data<SkillsView>> {
    let skills = routing::set_skills(&ctx, id, body.skills).await?;
    Ok(Data::new(SkillsView::new(id, &skills)))
}
