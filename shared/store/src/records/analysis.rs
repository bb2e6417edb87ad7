//! The layout of runs of analyses.

use clearmargin_domain::{
    analysis::{Analyses, AnalysisRun},
    id::{AnalysisRunId, OrgId},
};

use super::small;
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Key},
};

small! {
    AnalysisRun: AnalysisRunId = "ANALYSIS", shape 1;
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
