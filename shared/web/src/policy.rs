//! Who may call an operation, in its document: from the same table that the gate asks.

use clearmargin_domain::access::{Action, Role};
use serde_json::json;
use utoipa::openapi::path::Operation;

use crate::gate;

/// Says who may.
pub(crate) fn complete(operation: &mut Operation) {
    let Some(action) = gate::action(operation) else { return };
    let names: Vec<_> = action.roles().iter().map(|role| role.as_str()).collect();
    operation.extensions.get_or_insert_default().insert("x-roles".to_owned(), json!(names));
    let said = operation.description.take().or_else(|| operation.summary.clone());
    operation.description = Some(format!("{}\n\n{}", said.unwrap_or_default(), sentence(action)));
}

fn sentence(action: Action) -> String {
    let roles = match action.roles() {
        all if all.len() == Role::ALL.len() => "every role".to_owned(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|role| role.as_str()).collect();
            format!("{} and {last}", first.join(", "))
        }
        [] => "nobody".to_owned(),
    };
    let keys = if action.is_for_keys() {
        format!("API keys need the scope `{action}`.")
    } else {
        "Not for API keys.".to_owned()
    };
    format!("For {roles}. {keys}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_is_said_in_words() {
        let rates = "For owner, admin and finance. API keys need the scope `costRates.read`.";
        assert_eq!(sentence(Action::CostRatesRead), rates);
        assert_eq!(sentence(Action::AccountManage), "For every role. Not for API keys.");
        assert_eq!(sentence(Action::OrganizationDelete), "For owner. Not for API keys.");
    }
}
