//! The layout of what competitors quoted, and of whether an organisation takes part in comparisons.

use clearmargin_domain::{
    id::{CompetitorQuoteId, OrgId},
    market::{CompetitorQuote, Participation},
};

use super::small;
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Key},
};

small! {
    CompetitorQuote: CompetitorQuoteId = "QUOTE", shape 1;
}

impl Entity for Participation {
    const KIND: &'static str = "MARKET";
    /// There is one record.
    type Id = ();

    fn id(&self) {}

    fn key(org: OrgId, (): ()) -> Key {
        key::member(org, Self::KIND, "-")
    }
}

impl Walked for Participation {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}
