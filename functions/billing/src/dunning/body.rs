//! Policies as they are asked for.

use clearmargin_domain::{
    dunning::{Body, DunningPolicy, DunningStep, LeftOutClient, Subject},
    id::ClientId,
    money::Currency,
    text::Line,
};
use clearmargin_web::{AmountIn, Result, schema};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::openapi::Object;

/// How clients are to be reminded of what is open.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DunningPolicyBody {
    /// Whether anybody is to be reminded at all; then there is a step at least.
    enabled: bool,
    /// From which hour of the day on, on the organisation's clocks.
    #[serde(default = "hour")]
    #[schema(minimum = 0, maximum = 23, default = 9)]
    hour: i8,
    /// Whether invoices that a source system brought are left out.
    #[serde(default)]
    own_only: bool,
    /// For how many days invoices have been due at most: nobody is reminded of older ones. Not less
    /// than the last step has.
    #[serde(default = "max_days_overdue")]
    #[schema(minimum = 1, maximum = 365, default = 90)]
    max_days_overdue: i16,
    /// What is open of an invoice at least, in the organisation's currency; nobody is reminded of
    /// less.
    #[schema(required = false)]
    minimum_open: Option<AmountIn>,
    /// The steps, the earliest first: each has more days than the one before.
    #[schema(max_items = 6)]
    steps: Vec<DunningStepBody>,
    /// Clients that nobody reminds, each once.
    #[serde(default)]
    #[schema(max_items = 200)]
    left_out: Vec<LeftOutClientBody>,
}

/// A reminder to come.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DunningStepBody {
    /// How many days after an invoice is due; below zero, before that, for what is not overdue yet.
    #[schema(minimum = -30, maximum = 365)]
    days_after_due: i16,
    /// What the mail is about: one line. `{{client}}`, `{{number}}`, `{{dueOn}}`, `{{open}}`,
    /// `{{total}}`, `{{daysOverdue}}`, `{{daysUntilDue}}`, `{{owedInAll}}` (what the client owes
    /// altogether, less its credit) and `{{organization}}` stand for what they say.
    #[schema(schema_with = subject)]
    subject: Subject,
    /// What it says, as plain text with the same placeholders.
    #[schema(schema_with = body)]
    body: Body,
}

/// A client that nobody reminds.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LeftOutClientBody {
    /// The client, by the id of any of its records.
    #[schema(value_type = String, pattern = "^cli_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    client_id: ClientId,
    /// The last day on which that is so; for as long as it stands here unless given.
    #[schema(schema_with = schema::day_or_null, required = false)]
    until: Option<Date>,
    /// Why.
    #[schema(schema_with = reason, required = false)]
    reason: Option<Line<100>>,
}

fn hour() -> i8 {
    DunningPolicy::none().hour
}

fn max_days_overdue() -> i16 {
    DunningPolicy::none().most_days_overdue
}

fn subject() -> Object {
    schema::line(Subject::MOST)
}

fn body() -> Object {
    schema::prose(Body::MOST)
}

fn reason() -> Object {
    schema::or_null(schema::line(100))
}

impl DunningPolicyBody {
    /// The policy, with amounts in that currency.
    pub(crate) fn policy(self, currency: Currency) -> Result<DunningPolicy> {
        let minimum = self.minimum_open.map(|it| it.money(currency, "minimumOpen")).transpose()?;
        let step = |it: DunningStepBody| DunningStep {
            days_after_due: it.days_after_due,
            subject: it.subject,
            body: it.body,
        };
        let left_out = |it: LeftOutClientBody| LeftOutClient {
            client: it.client_id,
            until: it.until,
            reason: it.reason,
        };
        Ok(DunningPolicy {
            enabled: self.enabled,
            hour: self.hour,
            own_only: self.own_only,
            most_days_overdue: self.max_days_overdue,
            minimum_minor: minimum.map_or(0, |minimum| minimum.minor),
            steps: self.steps.into_iter().map(step).collect(),
            left_out: self.left_out.into_iter().map(left_out).collect(),
        })
    }
}
