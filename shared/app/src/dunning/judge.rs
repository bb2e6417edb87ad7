//! Whether somebody is reminded of an invoice today, with what, and who.

use std::collections::{BTreeMap, HashMap};

use clearmargin_domain::{
    client::Contact,
    dunning::{DunningPolicy, InvoiceDunning, NotReminded},
    id::ClientId,
    identity::Email,
    invoice::Invoice,
    receivable::{Ageing, open_on},
};
use clearmargin_store::{List, StoreError};
use jiff::civil::Date;

use crate::{
    Ctx, Error,
    clients::{self, ClientGroup},
};

/// What becomes of an invoice.
#[derive(Debug)]
pub(super) enum Verdict {
    /// Somebody is reminded of it.
    Due(Due),
    /// Nobody is.
    Not(NotReminded),
}

/// A reminder that is due.
#[derive(Debug, Clone)]
pub(super) struct Due {
    /// The step: how many days after the invoice was due.
    pub(super) step: i16,
    /// To whom.
    pub(super) to: Email,
    /// What the client owes altogether less its credit, in smallest units of the organisation's
    /// currency.
    pub(super) owed_minor: i64,
}

/// What was found out about a client.
#[derive(Debug, Clone)]
struct Debtor {
    owed_minor: i64,
    to: Option<Email>,
}

/// Judges invoices of a day, and remembers what it read about clients for as long as it lives: a page
/// of invoices. Clients are looked at only where all else speaks for a reminder.
pub(super) struct Judge<'a> {
    ctx: &'a Ctx,
    today: Date,
    groups: Option<Vec<ClientGroup>>,
    /// What each record owes today.
    owed: Option<BTreeMap<ClientId, Ageing>>,
    debtors: HashMap<ClientId, Debtor>,
}

impl<'a> Judge<'a> {
    /// Who judges invoices of whichever clients: what all of them owe is read at once.
    pub(super) fn new(ctx: &'a Ctx, today: Date) -> Self {
        Self { ctx, today, groups: None, owed: None, debtors: HashMap::new() }
    }

    /// Who judges those of one client alone.
    pub(super) async fn of(
        ctx: &'a Ctx,
        today: Date,
        group: ClientGroup,
    ) -> Result<Self, StoreError> {
        let mut owed = BTreeMap::new();
        for record in group.ids() {
            let course = ctx.tenant().owed_course(record, today, today).await?;
            owed.extend(open_on(today, course));
        }
        Ok(Self { groups: Some(vec![group]), owed: Some(owed), ..Self::new(ctx, today) })
    }

    /// What becomes of an invoice.
    pub(super) async fn verdict(
        &mut self,
        policy: &DunningPolicy,
        invoice: &Invoice,
        dunning: &InvoiceDunning,
    ) -> Result<Verdict, Error> {
        let step = match policy.step_for(invoice, dunning, self.today) {
            Ok(step) => step,
            Err(why) => return Ok(Verdict::Not(why)),
        };
        let records = self.records_of(invoice.client).await?;
        if policy.leaves_out(&records, self.today) {
            return Ok(Verdict::Not(NotReminded::ClientLeftOut));
        }
        let debtor = self.debtor(&records).await?;
        Ok(match (debtor.owed_minor, debtor.to) {
            (..=0, _) => Verdict::Not(NotReminded::Credit),
            (_, None) => Verdict::Not(NotReminded::NoBillingContact),
            (owed_minor, Some(to)) => {
                Verdict::Due(Due { step: step.days_after_due, to, owed_minor })
            }
        })
    }

    /// All records of a client, the leading one first.
    async fn records_of(&mut self, client: ClientId) -> Result<Vec<ClientId>, Error> {
        let groups = match self.groups.take() {
            Some(groups) => groups,
            None => clients::groups(self.ctx).await?,
        };
        let group = groups.iter().map(ClientGroup::ids).find(|ids| ids.contains(&client));
        self.groups = Some(groups);
        Ok(group.unwrap_or_else(|| vec![client]))
    }

    async fn debtor(&mut self, records: &[ClientId]) -> Result<Debtor, Error> {
        let lead = records.first().copied();
        if let Some(known) = lead.and_then(|lead| self.debtors.get(&lead)) {
            return Ok(known.clone());
        }
        let to = self.billing_contact(records).await?;
        let owed_minor = self.owed(records).await?;
        let debtor = Debtor { owed_minor, to };
        self.debtors.extend(lead.map(|lead| (lead, debtor.clone())));
        Ok(debtor)
    }

    async fn billing_contact(&self, records: &[ClientId]) -> Result<Option<Email>, StoreError> {
        let mut people: Vec<Contact> = Vec::new();
        for record in records {
            let found = self.ctx.tenant().every_lately(List::Contacts(*record)).await?;
            people.extend(found.into_iter().map(|contact| contact.value));
        }
        Ok(Contact::for_bills(&people).cloned())
    }

    /// What a client owes today less its credit, from the sums that say what is outstanding.
    async fn owed(&mut self, records: &[ClientId]) -> Result<i64, StoreError> {
        let owed = match self.owed.take() {
            Some(owed) => owed,
            None => self.ctx.tenant().owed_on(self.today).await?,
        };
        let own = records.iter().filter_map(|record| owed.get(record)).map(Ageing::total);
        let sum = own.fold(0_i64, i64::saturating_add);
        self.owed = Some(owed);
        Ok(sum)
    }
}
