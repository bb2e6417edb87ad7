//! The layout of what was agreed with clients, of what they have, and of the books.

use clearmargin_domain::{
    agreement::{AgreementLine, AgreementTerms},
    books::Books,
    id::{AgreementId, AgreementLineId, ClientId, OrgId, SHARDS, UsageCountId},
    usage_count::UsageCount,
};
use jiff::civil::Date;

use super::large;
use crate::{
    entity::{Entity, Listed, Walked},
    key::{self, Index, IndexKey, Key},
};

impl Entity for AgreementTerms {
    const KIND: &'static str = "TERMS";
    type Id = AgreementId;

    fn id(&self) -> AgreementId {
        self.agreement
    }

    fn key(org: OrgId, id: AgreementId) -> Key {
        key::member(org, Self::KIND, &id.to_string())
    }
}

impl Listed for AgreementTerms {}

impl Walked for AgreementTerms {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for AgreementLine {
    const KIND: &'static str = "LINE";
    type Id = (AgreementId, AgreementLineId);

    fn id(&self) -> Self::Id {
        (self.agreement, self.id)
    }

    fn key(org: OrgId, (agreement, id): Self::Id) -> Key {
        key::line(org, agreement, id)
    }

    fn indexes(&self, org: OrgId) -> Vec<IndexKey> {
        let sk = key::line(org, self.agreement, self.id).sk;
        vec![IndexKey { index: Index::Time, pk: key::lines_of_client(org, self.client), sk }]
    }
}

impl Listed for AgreementLine {}

impl Walked for AgreementLine {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::collection(org, Self::KIND)]
    }
}

impl Entity for UsageCount {
    const KIND: &'static str = "COUNT";
    /// Records of shape 1 do not say which system counted: people brought them in.
    const SHAPE: u16 = 2;
    type Id = (ClientId, Date, UsageCountId);

    fn id(&self) -> Self::Id {
        (self.client, self.day, self.id)
    }

    fn key(org: OrgId, (client, day, id): Self::Id) -> Key {
        key::count(org, client, day, id)
    }
}
large!(UsageCount);

impl Entity for Books {
    const KIND: &'static str = "BOOKS";
    /// There is one record.
    type Id = ();

    fn id(&self) {}

    fn key(org: OrgId, (): ()) -> Key {
        key::books(org)
    }
}

impl Walked for Books {
    fn partitions(org: OrgId) -> Vec<String> {
        vec![key::books(org).pk]
    }
}
