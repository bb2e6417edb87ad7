//! An organisation's business as text, always the same for the same state.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clearmargin_domain::{
    canonical::canonical,
    desk::{DeskBucket, Span as Time},
    rollup::Subject,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    error::StoreError,
    item::{self, Item},
    json::from_attribute,
    key,
    kinds::{BUSINESS, Kind},
    table::{Sort, Span},
    tenant::Tenant,
};

/// Whether lines say how often each record has been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// They do: another history is another text.
    Included,
    /// They do not: the same state is the same text, however it came about.
    LeftOut,
}

impl Tenant<'_> {
    /// Every business record and every sum, one JSON line each, by kind and id. Not in it are
    /// people and connections, since their records hold secrets, and what only tells how the state
    /// came about: runs, audit rows, the outbox, and the memory of requests.
    pub async fn export(&self) -> Result<Vec<String>, StoreError> {
        self.export_with(Versions::LeftOut).await
    }

    /// [`export`](Self::export), with versions if wanted.
    pub async fn export_with(&self, versions: Versions) -> Result<Vec<String>, StoreError> {
        let mut lines = Vec::new();
        for kind in BUSINESS {
            for record in self.records(kind).await? {
                lines.push(record.line(kind.name, versions));
            }
        }
        lines.extend(self.sums().await?);
        Ok(lines)
    }

    /// The part of the export of that number, and a name for it; `None` behind the last. A part is a
    /// partition of records, so that none grows with all of the history; the sums come last.
    pub async fn export_part(
        &self,
        part: usize,
    ) -> Result<Option<(String, Vec<String>)>, StoreError> {
        let mut left = part;
        for kind in BUSINESS {
            let partitions = (kind.partitions)(self.org);
            if let Some(pk) = partitions.get(left) {
                let records = self.records_in(kind, pk.clone()).await?;
                let line = |record: Exported| record.line(kind.name, Versions::LeftOut);
                let name = format!("{}-{left:02}", kind.name.to_lowercase());
                return Ok(Some((name, records.into_iter().map(line).collect())));
            }
            left -= partitions.len();
        }
        if left == 0 { Ok(Some(("sums".to_owned(), self.sums().await?))) } else { Ok(None) }
    }

    /// A fingerprint of [`export`](Self::export): the same for the same state, however it came
    /// about.
    pub async fn state_hash(&self) -> Result<String, StoreError> {
        let mut hash = Sha256::new();
        for line in self.export().await? {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        Ok(URL_SAFE_NO_PAD.encode(hash.finalize()))
    }

    async fn records(&self, kind: Kind) -> Result<Vec<Exported>, StoreError> {
        let mut records = Vec::new();
        for pk in (kind.partitions)(self.org) {
            records.extend(self.records_in(kind, pk).await?);
        }
        // Large collections come partition by partition.
        records.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(records)
    }

    async fn records_in(&self, kind: Kind, pk: String) -> Result<Vec<Exported>, StoreError> {
        let items = self.store.query_all(Span { pk, sort: Sort::All, index: None }).await?;
        let record = |item| Ok(Exported::of((kind.rewritten)(self.org, item)?));
        items.into_iter().map(record).collect()
    }

    async fn sums(&self) -> Result<Vec<String>, StoreError> {
        let mut lines = Vec::new();
        for (bucket, measures) in self.every_rollup().await? {
            if !measures.is_zero() {
                let id = key::subject_id(bucket.subject);
                let id = match bucket.subject {
                    // Its client has sums of its own.
                    Subject::Recurring(_) => format!("recurring#{id}#{}", bucket.month),
                    // Everything is called the same as what nobody said the method of.
                    Subject::Method(_) => format!("method#{id}#{}", bucket.month),
                    _ => format!("{id}#{}", bucket.month),
                };
                let doc = serde_json::to_value(measures).unwrap_or_default();
                lines.push((id, doc));
            }
        }
        let desk = self.every_desk_sum().await?;
        for (bucket, measures) in desk.counts() {
            let (id, doc) = (desk_id(bucket), serde_json::to_value(measures));
            lines.push((id, doc.unwrap_or_default()));
        }
        for (bucket, sample, sketch) in desk.sketches() {
            let (id, doc) = (desk_id(bucket), serde_json::to_value(sketch));
            lines.push((format!("{id}#{sample:?}"), doc.unwrap_or_default()));
        }
        lines.sort_by(|(a, _), (b, _)| a.cmp(b));
        let line = |(id, doc)| canonical(json!({"kind": "SUM", "id": id, "doc": doc})).to_string();
        Ok(lines.into_iter().map(line).collect())
    }
}

fn desk_id(bucket: &DeskBucket) -> String {
    let subject = serde_json::to_string(&bucket.subject).unwrap_or_default();
    match bucket.span {
        Time::Day(day) => format!("desk#{subject}#{day}"),
        Time::Month(month) => format!("desk#{subject}#{month}"),
        Time::Now => format!("desk#{subject}"),
    }
}

struct Exported {
    id: String,
    version: u64,
    doc: Value,
}

impl Exported {
    fn of(mut item: Item) -> Self {
        Self {
            id: item::text(&item, "sk").unwrap_or_default().to_owned(),
            version: item::version(&item),
            doc: item.remove("doc").and_then(from_attribute).unwrap_or_default(),
        }
    }

    fn line(self, kind: &str, versions: Versions) -> String {
        let mut line = json!({"kind": kind, "id": self.id, "doc": self.doc});
        if let (Versions::Included, Some(members)) = (versions, line.as_object_mut()) {
            members.insert("version".to_owned(), self.version.into());
        }
        canonical(line).to_string()
    }
}
