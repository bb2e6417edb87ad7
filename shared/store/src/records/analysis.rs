//! The layout of runs of analyses, and of what people decide about what they find.

use clearmargin_domain::{
    analysis::{Analyses, AnalysisRun},
    id::{AnalysisRunId, InvoiceId, LeakId, OrgId, RecommendationId},
    leak::{LeakCase, LeakInvoice},
    recommendation::RecommendationCase,
};

use super::small;
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Key},
};

small! {
    AnalysisRun: AnalysisRunId = "ANALYSIS", shape 1;
    LeakCase: LeakId = "LEAK", shape 1;
    LeakInvoice: InvoiceId = "LEAKINVOICE", shape 1;
    RecommendationCase: RecommendationId = "RECOMMENDED", shape 1;
}

impl Entity for Analyses {
    const KIND: &'static str = "ANALYSES";
    /// There is one record.
    type Id = ();

    fn id(&self) {}

    fn key(org: OrgId, (): ()) -> Key {
        key::member(org, Self::KIND, "-")
    }
}

impl Walked for Analyses {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}
