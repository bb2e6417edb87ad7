//! What the parameters of paths look like: said once, by the segment before the parameter.

use clearmargin_domain::{id, source::Source};
use utoipa::openapi::{
    Object, RefOr,
    path::{Parameter, ParameterIn},
};

use crate::schema;

/// The prefix of the ids that stand behind a segment, or behind some; the first that fits.
const IDS: [(&str, &str); 31] = [
    ("clients", id::ClientId::PREFIX),
    ("contacts", id::ContactId::PREFIX),
    ("notes", id::NoteId::PREFIX),
    ("sites", id::SiteId::PREFIX),
    ("users", id::UserId::PREFIX),
    ("members", id::UserId::PREFIX),
    ("organizations", id::OrgId::PREFIX),
    ("sessions", id::SessionId::PREFIX),
    ("invitations", id::InvitationId::PREFIX),
    ("api-keys", id::ApiKeyId::PREFIX),
    ("runs", id::SyncRunId::PREFIX),
    ("analytics/status", id::AnalysisRunId::PREFIX),
    ("revenue-leaks/cases", id::LeakId::PREFIX),
    ("quotes", id::CompetitorQuoteId::PREFIX),
    ("matches", id::MatchId::PREFIX),
    ("services", id::ServiceId::PREFIX),
    ("agreements", id::AgreementId::PREFIX),
    ("lines", id::AgreementLineId::PREFIX),
    ("tickets", id::TicketId::PREFIX),
    ("bulk", id::BulkId::PREFIX),
    ("templates", id::TicketTemplateId::PREFIX),
    ("routing", id::RoutingRuleId::PREFIX),
    ("skills", id::TechnicianId::PREFIX),
    ("sla-policies", id::SlaPolicyId::PREFIX),
    ("invoices", id::InvoiceId::PREFIX),
    ("payments", id::PaymentId::PREFIX),
    ("tax-codes", id::TaxCodeId::PREFIX),
    ("budgets", id::BudgetId::PREFIX),
    ("categories", id::BudgetCategoryId::PREFIX),
    ("api/expenses", id::ExpenseId::PREFIX),
    ("expenses", id::BudgetExpenseId::PREFIX),
];

/// Gives a path's parameter the form of what it names, if that is known here.
pub(crate) fn complete(path: &str, parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && parameter.parameter_in == ParameterIn::Path
        && let Some(form) = form(path, &parameter.name)
    {
        parameter.schema = Some(form.into());
    }
}

fn form(path: &str, name: &str) -> Option<Object> {
    if name == "source" {
        return Some(schema::one_of(Source::ALL.map(Source::as_str)));
    }
    let before = path.split_once(&format!("/{{{name}}}"))?.0;
    let stands = |segment: &str| before.strip_suffix(segment).is_some_and(|it| it.ends_with('/'));
    IDS.iter().find(|(segment, _)| stands(segment)).map(|(_, prefix)| schema::id(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_known_by_the_segment_before_it() {
        let pattern = |path| form(path, "id").and_then(|form| form.pattern);
        let run = pattern("/api/integrations/{source}/runs/{id}/failures");
        assert!(run.is_some_and(|pattern| pattern.starts_with("^run_")));
        assert_eq!(pattern("/api/nonsense/{id}"), None);
        let starts =
            |path, prefix| pattern(path).is_some_and(|pattern| pattern.starts_with(prefix));
        assert!(starts("/api/expenses/{id}/allocation", "^exp_"));
        assert!(starts("/api/budgets/{budgetId}/expenses/{id}", "^bex_"));
    }
}
