//! Rollups: the monthly sums, as they are stored, read and moved.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, Update};
use clearmargin_domain::{
    id::{ClientId, OrgId},
    period::{Month, Period},
    rollup::{Bucket, Measures, Subject},
};

use crate::{
    error::StoreError,
    item::{self, Item},
    key,
    table::{Sort, Span},
    tenant::Tenant,
};

/// A client record's sums of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientMonth {
    /// The client record.
    pub client: ClientId,
    /// The month.
    pub month: Month,
    /// The sums.
    pub measures: Measures,
}

/// The update that adds to a bucket, creating it when it is new.
pub(crate) fn add_action(
    table: &str,
    org: OrgId,
    bucket: Bucket,
    measures: Measures,
) -> Result<Update, StoreError> {
    let (key, index) = key::rollup(org, bucket.subject, bucket.month);
    let mut terms = Vec::new();
    let mut update = Update::builder()
        .table_name(table)
        .set_key(Some(Item::from(key.attributes())))
        .expression_attribute_values(":ip", AttributeValue::S(index.pk))
        .expression_attribute_values(":is", AttributeValue::S(index.sk));
    for (name, value) in measures.non_zero() {
        terms.push(format!("#{name} :{name}"));
        update = update
            .expression_attribute_names(format!("#{name}"), name)
            .expression_attribute_values(format!(":{name}"), AttributeValue::N(value.to_string()));
    }
    let expression = format!("SET gsi1pk = :ip, gsi1sk = :is ADD {}", terms.join(", "));
    update.update_expression(expression).build().map_err(|error| StoreError::Backend {
        code: "InvalidRequest".to_owned(),
        source: Box::new(error),
    })
}

fn measures(item: &Item) -> Measures {
    let numbers =
        Measures::NAMES.iter().filter_map(|name| Some((*name, item::number(item, name)?)));
    Measures::from_named(numbers)
}

/// Subject id and month, from a rollup's sort key.
fn subject_and_month(item: &Item) -> Option<(&str, Month)> {
    let (id, month) = item::text(item, "sk")?.rsplit_once('#')?;
    Some((id, month.parse().ok()?))
}

impl Tenant<'_> {
    /// A subject's sums, by month; months without any are absent.
    pub async fn rollups(
        &self,
        subject: Subject,
        period: Period,
    ) -> Result<BTreeMap<Month, Measures>, StoreError> {
        let id = key::rollup_prefix(subject);
        let (from, to) = (format!("{id}#{}", period.from()), format!("{id}#{}", period.to()));
        let pk = key::rollups(self.org, subject);
        let span = Span { pk, sort: Sort::Between(from, to), indexed: false };
        let items = self.store.query_all(span).await?;
        let entry = |item: &Item| Some((subject_and_month(item)?.1, measures(item)));
        Ok(items.iter().filter_map(entry).collect())
    }

    /// Every client record's sums over a period; its cost is clients × months, never rows.
    pub async fn client_rollups(&self, period: Period) -> Result<Vec<ClientMonth>, StoreError> {
        let from = format!("{}#", period.from());
        // '$' follows '#': the last month's ids all come before it.
        let to = format!("{}$", period.to());
        let pk = key::rollups_of_clients(self.org);
        let span = Span { pk, sort: Sort::Between(from, to), indexed: true };
        let items = self.store.query_all(span).await?;
        let entry = |item: &Item| {
            let (id, month) = subject_and_month(item)?;
            Some(ClientMonth { client: id.parse().ok()?, month, measures: measures(item) })
        };
        Ok(items.iter().filter_map(entry).collect())
    }

    /// Every stored sum of every subject.
    pub(crate) async fn every_rollup(&self) -> Result<BTreeMap<Bucket, Measures>, StoreError> {
        let mut all = BTreeMap::new();
        for letter in key::SUBJECTS {
            let pk = key::rollups_by_letter(self.org, letter);
            let span = Span { pk, sort: Sort::All, indexed: false };
            for item in self.store.query_all(span).await? {
                if let Some(bucket) = subject_and_month(&item).and_then(|(id, month)| {
                    Some(Bucket { subject: key::subject(letter, id)?, month })
                }) {
                    all.insert(bucket, measures(&item));
                }
            }
        }
        Ok(all)
    }
}
