//! Path parameters: ids and names, each of which is either right or names nothing.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use clearmargin_domain::{id, source::Source};

use crate::Problem;

/// Something that a path can name.
pub trait FromPath: Sized {
    /// Takes what it needs from the path's parameters; says what was not found otherwise.
    fn from_path<'a>(parameters: &mut impl Iterator<Item = &'a str>) -> Result<Self, &'static str>;
}

/// Path parameters, in their order. What is no id of the wanted kind is 404, as is one of nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: FromPath> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|_| Problem::not_found("path"))?;
        let mut values = parameters.iter().map(|(_, value)| value);
        T::from_path(&mut values).map(Self).map_err(Problem::not_found)
    }
}

impl<A: FromPath, B: FromPath> FromPath for (A, B) {
    fn from_path<'a>(parameters: &mut impl Iterator<Item = &'a str>) -> Result<Self, &'static str> {
        Ok((A::from_path(parameters)?, B::from_path(parameters)?))
    }
}

fn parse<'a, T: FromStr>(
    parameters: &mut impl Iterator<Item = &'a str>,
    thing: &'static str,
) -> Result<T, &'static str> {
    parameters.next().and_then(|text| text.parse().ok()).ok_or(thing)
}

macro_rules! things {
    ($($kind:ty => $thing:literal,)*) => {$(
        impl FromPath for $kind {
            fn from_path<'a>(
                parameters: &mut impl Iterator<Item = &'a str>,
            ) -> Result<Self, &'static str> {
                parse(parameters, $thing)
            }
        }
    )*};
}

// The words are those of `Error::NotFound`: a wrong id and a missing record look the same.
things! {
    id::OrgId => "organization",
    id::UserId => "user",
    id::SessionId => "session",
    id::ClientId => "client",
    id::SiteId => "site",
    id::ContactId => "contact",
    id::NoteId => "note",
    id::TechnicianId => "technician",
    id::AgreementId => "agreement",
    id::AgreementLineId => "agreement line",
    id::ServiceId => "service",
    id::TicketId => "ticket",
    id::AnalysisRunId => "analysis run",
    id::LeakId => "leak",
    id::CompetitorQuoteId => "competitor quote",
    id::BulkId => "bulk change",
    id::TicketTemplateId => "ticket template",
    id::RoutingRuleId => "routing rule",
    id::SlaPolicyId => "SLA policy",
    id::TimeEntryId => "time entry",
    id::InvoiceId => "invoice",
    id::TaxCodeId => "tax code",
    id::PaymentId => "payment",
    id::BudgetId => "budget",
    id::BudgetCategoryId => "budget category",
    id::BudgetExpenseId => "budget expense",
    id::ExpenseId => "expense",
    id::CostRateId => "cost rate",
    id::SyncRunId => "sync run",
    id::MatchId => "match",
    id::ApiKeyId => "API key",
    id::InvitationId => "invitation",
    Source => "integration",
}
