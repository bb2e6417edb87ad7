//! Whether two names are one client.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    client::Client,
    id::{ClientId, MatchId, OrgId},
    integration::{ClientMatch, Evidence, MatchStatus},
};

/// Placeholder of the first slice: identical names only.
pub fn propose(
    superops: &[Client],
    quickbooks: &[Client],
    decided: &[ClientMatch],
    now: Timestamp,
    org: OrgId,
) -> Vec<ClientMatch> {
    let mut all = decided.to_vec();
    for right in quickbooks {
        let same = |left: &&Client| left.name.to_lowercase() == right.name.to_lowercase();
        if let Some(left) = superops.iter().find(same) {
            let id = MatchId::derived(&[
                &org.to_string(),
                &left.id.to_string(),
                &right.id.to_string(),
            ]);
            if all.iter().all(|known| known.id != id) {
                all.push(ClientMatch {
                    id,
                    client: right.id,
                    into: left.id,
                    status: MatchStatus::Certain,
                    score_per_mille: 1000,
                    trail: vec![Evidence { rule: "name".to_owned(), detail: right.name.clone() }],
                    at: now,
                });
            }
        }
    }
    all
}

/// Groups by `merged_into`.
pub fn groups(clients: &[Client]) -> BTreeMap<ClientId, Vec<ClientId>> {
    let mut groups: BTreeMap<ClientId, Vec<ClientId>> = BTreeMap::new();
    for client in clients {
        groups.entry(client.merged_into.unwrap_or(client.id)).or_default().push(client.id);
    }
    groups
}
