//! The desk's sums, as they are stored, read and moved: counts that add up by themselves, and
//! sketches, which are read, added to and written back if nobody else did meanwhile.

mod sheet;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, Update},
};
use clearmargin_domain::{
    desk::{DeskBucket, DeskDelta, DeskMeasures, DeskSubject, Sample, Span as Time, SubjectKind},
    id::{ClientId, OrgId},
    period::{Month, Period},
    sketch::Sketch,
};
use jiff::civil::Date;

pub(crate) use sheet::DeskSheet as SheetKey;
use sheet::{DeskSheet, Grain};

use crate::{
    error::StoreError,
    item::{self, Item},
    key::Key,
    slot::Slot,
    sums::{add_action, build, update},
    table::{Sort, Span},
    tenant::Tenant,
};

/// Every partition of an organisation's sheets.
pub(crate) fn partitions(org: OrgId) -> impl Iterator<Item = String> {
    let samples = [None, Some(Sample::FirstResponse), Some(Sample::Resolution)];
    SubjectKind::ALL.iter().flat_map(move |kind| {
        sheet::grains(*kind).iter().flat_map(move |grain| {
            samples.map(|sample| sheet::partition(org, *kind, *grain, sample))
        })
    })
}

/// The updates that add counts, one for each sheet.
pub(crate) fn count_actions(
    table: &str,
    org: OrgId,
    delta: &DeskDelta,
) -> Result<Vec<Update>, StoreError> {
    let mut sheets: BTreeMap<DeskSheet, Vec<(Slot, DeskMeasures)>> = BTreeMap::new();
    for (bucket, measures) in delta.counts() {
        let sheet = DeskSheet::of(bucket, None);
        sheets.entry(sheet).or_default().push((Slot::of(bucket.span), measures));
    }
    let action = |(sheet, counts): (DeskSheet, Vec<(Slot, DeskMeasures)>)| {
        let counts = counts.into_iter();
        let named = |(slot, measures): (Slot, DeskMeasures)| {
            measures.non_zero().map(move |(name, value)| (slot.attribute(name), value))
        };
        add_action(table, &sheet.key(org), counts.flat_map(named))
    };
    sheets.into_iter().map(action).collect()
}

/// The update that replaces sketches of a sheet, if they still are what was read.
fn sketch_action(
    table: &str,
    key: &Key,
    item: Option<&Item>,
    added: &[(Slot, &Sketch)],
) -> Result<Update, StoreError> {
    let mut update = update(table, key);
    let (mut sets, mut removes, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
    for (slot, durations) in added {
        let name = slot.attribute("");
        let old = item.and_then(|item| item::bytes(item, &name));
        let mut sketch = old.map_or_else(|| Ok(Sketch::default()), |bytes| read(key, bytes))?;
        sketch.merge(durations);
        update = update.expression_attribute_names(format!("#s{name}"), &name);
        if let Some(old) = old {
            conditions.push(format!("#s{name} = :old{name}"));
            let old = AttributeValue::B(Blob::new(old));
            update = update.expression_attribute_values(format!(":old{name}"), old);
        } else {
            conditions.push(format!("attribute_not_exists(#s{name})"));
        }
        if sketch.is_empty() {
            removes.push(format!("#s{name}"));
        } else {
            sets.push(format!("#s{name} = :new{name}"));
            let new = AttributeValue::B(Blob::new(sketch.to_bytes()));
            update = update.expression_attribute_values(format!(":new{name}"), new);
        }
    }
    let part = |word: &str, terms: &[String]| {
        if terms.is_empty() { String::new() } else { format!("{word} {} ", terms.join(", ")) }
    };
    let expression = part("SET", &sets) + &part("REMOVE", &removes);
    build(update.update_expression(expression).condition_expression(conditions.join(" AND ")))
}

fn read(key: &Key, bytes: &[u8]) -> Result<Sketch, StoreError> {
    Sketch::from_bytes(bytes).map_err(|error| StoreError::Corrupt {
        kind: "sketch",
        sort_key: key.sk.clone(),
        reason: error.to_string(),
    })
}

impl Tenant<'_> {
    /// The updates that add sketches, one for each sheet; each takes effect only while the sheet is
    /// as it was read here.
    pub(crate) async fn sketch_actions(
        &self,
        delta: &DeskDelta,
    ) -> Result<Vec<Update>, StoreError> {
        let mut sheets: BTreeMap<DeskSheet, Vec<(Slot, &Sketch)>> = BTreeMap::new();
        for (bucket, sample, durations) in delta.sketches() {
            let sheet = DeskSheet::of(bucket, Some(sample));
            sheets.entry(sheet).or_default().push((Slot::of(bucket.span), durations));
        }
        let keys = sheets.keys().map(|sheet| Item::from(sheet.key(self.org).attributes()));
        let items = self.read_batch(keys.collect()).await?;
        let place = |item: &Item| {
            Some((item::text(item, "pk")?.to_owned(), item::text(item, "sk")?.to_owned()))
        };
        let items: BTreeMap<_, _> =
            items.iter().filter_map(|item| Some((place(item)?, item))).collect();
        let action = |(sheet, added): (&DeskSheet, &Vec<_>)| {
            let key = sheet.key(self.org);
            let item = items.get(&(key.pk.clone(), key.sk.clone())).copied();
            sketch_action(&self.store.table, &key, item, added)
        };
        sheets.iter().map(action).collect()
    }

    /// The desk's counts of a subject by day, both ends included; days without any are absent.
    pub async fn desk_days(
        &self,
        subject: &DeskSubject,
        from: Date,
        to: Date,
    ) -> Result<BTreeMap<Date, DeskMeasures>, StoreError> {
        let items = self.day_sheets(subject, from, to, None).await?;
        let days =
            items.iter().flat_map(|(month, item)| counts_in(item, |slot| month.day(slot.number())));
        Ok(days.filter(|(day, _)| (from..=to).contains(day)).collect())
    }

    /// The desk's durations of a subject by day, both ends included; days without any are absent.
    pub async fn desk_day_sketches(
        &self,
        subject: &DeskSubject,
        sample: Sample,
        from: Date,
        to: Date,
    ) -> Result<BTreeMap<Date, Sketch>, StoreError> {
        let mut days = BTreeMap::new();
        for (month, item) in self.day_sheets(subject, from, to, Some(sample)).await? {
            days.extend(sketches_in(&item, |slot| month.day(slot.number()))?);
        }
        days.retain(|day, _| (from..=to).contains(day));
        Ok(days)
    }

    async fn day_sheets(
        &self,
        subject: &DeskSubject,
        from: Date,
        to: Date,
        sample: Option<Sample>,
    ) -> Result<Vec<(Month, Item)>, StoreError> {
        let grain = Grain::Day;
        let pk = sheet::partition(self.org, subject.kind(), grain, sample);
        let (first, last) = sheet::days_of(subject, Month::of(from), Month::of(to));
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let items = self.store.query_all_lately(span).await?;
        let month = |item: &Item| sheet::month_of_days(item::text(item, "sk")?);
        Ok(items.into_iter().filter_map(|item| Some((month(&item)?, item))).collect())
    }

    /// The desk's counts of every subject of a kind by month; what has none is absent.
    pub async fn desk_months(
        &self,
        kind: SubjectKind,
        period: Period,
    ) -> Result<BTreeMap<(DeskSubject, Month), DeskMeasures>, StoreError> {
        let mut all = BTreeMap::new();
        for (subject, year, item) in self.month_sheets(kind, period, None).await? {
            let counts = counts_in(&item, |slot| Month::in_year(year, slot.number()));
            all.extend(counts.map(|(month, sum)| ((subject.clone(), month), sum)));
        }
        all.retain(|(_, month), _| period.contains(*month));
        Ok(all)
    }

    /// How things stand with each client record, and with tickets that belong to none; what has
    /// nothing open is absent.
    pub async fn desk_now(&self) -> Result<BTreeMap<DeskSubject, DeskMeasures>, StoreError> {
        let pk = sheet::partition(self.org, SubjectKind::Client, Grain::Now, None);
        let span = Span { pk, sort: Sort::All, index: None };
        Ok(standing(&self.store.query_all_lately(span).await?))
    }

    /// How things stand with these client records; what has nothing open is absent.
    pub async fn desk_now_of(
        &self,
        clients: &[ClientId],
    ) -> Result<BTreeMap<DeskSubject, DeskMeasures>, StoreError> {
        let sheet = |id: &ClientId| {
            let subject = DeskSubject::Client(Some(*id));
            DeskSheet::of(&DeskBucket { subject, span: Time::Now }, None).key(self.org)
        };
        let keys = clients.iter().map(|id| Item::from(sheet(id).attributes()));
        Ok(standing(&self.read_batch_lately(keys.collect()).await?))
    }

    /// The desk's durations of every subject of a kind by month; what has none is absent.
    pub async fn desk_month_sketches(
        &self,
        kind: SubjectKind,
        sample: Sample,
        period: Period,
    ) -> Result<BTreeMap<(DeskSubject, Month), Sketch>, StoreError> {
        let mut all = BTreeMap::new();
        for (subject, year, item) in self.month_sheets(kind, period, Some(sample)).await? {
            let sketches = sketches_in(&item, |slot| Month::in_year(year, slot.number()))?;
            all.extend(sketches.into_iter().map(|(month, sum)| ((subject.clone(), month), sum)));
        }
        all.retain(|(_, month), _| period.contains(*month));
        Ok(all)
    }

    async fn month_sheets(
        &self,
        kind: SubjectKind,
        period: Period,
        sample: Option<Sample>,
    ) -> Result<Vec<(DeskSubject, i16, Item)>, StoreError> {
        let pk = sheet::partition(self.org, kind, Grain::Month, sample);
        let (first, last) = sheet::years(period.from().year(), period.to().year());
        let span = Span { pk, sort: Sort::Between(first, last), index: None };
        let items = self.store.query_all_lately(span).await?;
        let named = |item: &Item| sheet::subject_and_year(kind, item::text(item, "sk")?);
        let named = items.into_iter().filter_map(|item| {
            let (subject, year) = named(&item)?;
            Some((subject, year, item))
        });
        Ok(named.collect())
    }

    /// Every stored sum of the desk.
    pub(crate) async fn every_desk_sum(&self) -> Result<DeskDelta, StoreError> {
        let mut all = DeskDelta::default();
        for kind in SubjectKind::ALL {
            for grain in sheet::grains(*kind) {
                self.add_counts(&mut all, *kind, *grain).await?;
                for sample in [Sample::FirstResponse, Sample::Resolution] {
                    self.add_sketches(&mut all, *kind, *grain, sample).await?;
                }
            }
        }
        Ok(all)
    }

    async fn add_counts(
        &self,
        all: &mut DeskDelta,
        kind: SubjectKind,
        grain: Grain,
    ) -> Result<(), StoreError> {
        let pk = sheet::partition(self.org, kind, grain, None);
        for item in self.store.query_all(Span { pk, sort: Sort::All, index: None }).await? {
            let Some(sheet) = sheet_of(kind, grain, &item) else { continue };
            for (span, measures) in counts_in(&item, |slot| sheet.span(slot)) {
                all.count(DeskBucket { subject: sheet.subject.clone(), span }, measures);
            }
        }
        Ok(())
    }

    async fn add_sketches(
        &self,
        all: &mut DeskDelta,
        kind: SubjectKind,
        grain: Grain,
        sample: Sample,
    ) -> Result<(), StoreError> {
        let pk = sheet::partition(self.org, kind, grain, Some(sample));
        for item in self.store.query_all(Span { pk, sort: Sort::All, index: None }).await? {
            let Some(sheet) = sheet_of(kind, grain, &item) else { continue };
            for (span, sketch) in sketches_in(&item, |slot| sheet.span(slot))? {
                all.sketch(DeskBucket { subject: sheet.subject.clone(), span }, sample, &sketch);
            }
        }
        Ok(())
    }
}

/// What sheets say of how things stand with clients.
fn standing(items: &[Item]) -> BTreeMap<DeskSubject, DeskMeasures> {
    let mut all = BTreeMap::new();
    for item in items {
        let Some(sheet) = sheet_of(SubjectKind::Client, Grain::Now, item) else { continue };
        let counts = counts_in(item, |slot| sheet.span(slot));
        all.extend(counts.map(|(_, sum)| (sheet.subject.clone(), sum)));
    }
    all
}

fn sheet_of(kind: SubjectKind, grain: Grain, item: &Item) -> Option<DeskSheet> {
    DeskSheet::named(kind, grain, item::text(item, "sk")?)
}

/// The counts of a sheet, each under what `when` says of its slot.
fn counts_in<T: Ord>(
    item: &Item,
    when: impl Fn(Slot) -> Option<T>,
) -> impl Iterator<Item = (T, DeskMeasures)> {
    let mut named: BTreeMap<T, Vec<(&str, i64)>> = BTreeMap::new();
    for name in item.keys() {
        let parts = Slot::split(name);
        let time = parts.and_then(|(slot, _)| when(slot));
        if let (Some(time), Some((_, measure)), Some(value)) =
            (time, parts, item::number(item, name))
        {
            named.entry(time).or_default().push((measure, value));
        }
    }
    let sums = named.into_iter();
    let sums = sums.map(|(time, named)| (time, DeskMeasures::from_named(named.into_iter())));
    sums.filter(|(_, measures)| !measures.is_zero())
}

/// The sketches of a sheet, each under what `when` says of its slot.
fn sketches_in<T: Ord>(
    item: &Item,
    when: impl Fn(Slot) -> Option<T>,
) -> Result<BTreeMap<T, Sketch>, StoreError> {
    let mut sketches = BTreeMap::new();
    for name in item.keys() {
        let time = Slot::split(name).and_then(|(slot, _)| when(slot));
        if let (Some(time), Some(bytes)) = (time, item::bytes(item, name)) {
            let sketch = Sketch::from_bytes(bytes).map_err(|error| StoreError::Corrupt {
                kind: "sketch",
                sort_key: item::text(item, "sk").unwrap_or_default().to_owned(),
                reason: error.to_string(),
            })?;
            sketches.insert(time, sketch);
        }
    }
    Ok(sketches)
}
