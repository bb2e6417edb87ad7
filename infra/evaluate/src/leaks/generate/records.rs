//! From plans to the records of a portfolio.
#![expect(clippy::indexing_slicing, reason = "vectors by month, all of the same length")]
#![expect(clippy::expect_used, reason = "numbers of our own, within their bounds")]

use clearmargin_domain::{
    agreement::{
        Agreement, AgreementKind, AgreementLine, AgreementStatus, AgreementTerms, Allowance,
        DatedPrice, Escalator, Frequency, Multiplier, Percent, Prices, PricingUnit, Quantity,
    },
    id::{AgreementId, AgreementLineId, OrgId, ServiceId},
    money::Currency,
    service::{Offering, Service},
    source::Source,
    usage_count::UsageCount,
};
use clearmargin_insight::leaks::{
    AgreedDiscount, CatalogueEntry, ClientBooks, Common, CountedBy, DatedQuantity, Portfolio, Sold,
    SoldLine,
};
use rust_decimal::Decimal;

use super::{
    Scene,
    ledgers::usd,
    plan::{KITS, Line, PROJECT, Plan, SUPPORT},
    working::INCLUDED,
};

impl Scene {
    pub(super) fn service(&self, kit: usize) -> ServiceId {
        ServiceId::derived(&[&self.shop, KITS[kit].name])
    }

    /// All records.
    pub(super) fn portfolio(&mut self) -> Portfolio {
        let mut clients = Vec::new();
        for client in 0..self.clients.len() {
            let plan = self.clients[client].clone();
            let mut books = ClientBooks {
                client: plan.id,
                name: plan.name.clone(),
                agreements: self.agreements(&plan),
                counts: self.counts(&plan),
                documents: Vec::new(),
                links: Vec::new(),
                settlements: Vec::new(),
                work: plan.work.clone(),
                purchases: plan.purchases.clone(),
            };
            self.documents(client, &mut books);
            clients.push(books);
        }
        let common = Common {
            currency: Currency::USD,
            from: self.calendar.from,
            catalogue: (0..KITS.len()).map(|kit| self.entry_of(kit)).collect(),
            purchases: self.shared.clone(),
        };
        Portfolio { common, clients }
    }

    fn entry_of(&self, kit: usize) -> CatalogueEntry {
        let what = &KITS[kit];
        let counted = what.counted.and_then(|(_, product)| product).map(ToOwned::to_owned);
        CatalogueEntry {
            service: Service {
                id: self.service(kit),
                name: what.name.to_owned(),
                offering: what.offering,
                unit_price: Some(usd(what.price)),
                purchase_cost: (what.cost > 0).then(|| usd(what.cost)),
                bought_on: None,
                active: true,
                origin: None,
                pricing: None,
                said: None,
            },
            aliases: [counted, (kit == 9).then(|| what.variant.to_owned())]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    fn agreements(&self, plan: &Plan) -> Vec<Sold> {
        let ended = plan.end.is_some_and(|end| end < self.calendar.as_of);
        let agreement = |id: AgreementId, name: &str, kind: AgreementKind| Agreement {
            id,
            client: plan.id,
            name: name.to_owned(),
            kind,
            status: if ended { AgreementStatus::Inactive } else { AgreementStatus::Active },
            start: plan.start,
            end: plan.end,
            origin: None,
            said: None,
        };
        let by_usage = plan.lines.iter().any(|line| line.by_usage);
        let kind = if by_usage { AgreementKind::Usage } else { AgreementKind::Service };
        let mut terms = AgreementTerms::new(plan.agreement, plan.id, Frequency::Monthly);
        terms.escalator = plan.escalator.map(|(percent, first_on)| Escalator {
            percent: Percent::try_from(Decimal::new(percent, 2)).expect("a percentage"),
            every_months: clearmargin_domain::agreement::Months::YEAR,
            first_on,
        });
        let discounts = plan.discounts.iter().map(|it| AgreedDiscount {
            id: it.id.clone(),
            description: it.says.clone(),
            from: it.from,
            until: it.until,
        });
        let mut all = vec![Sold {
            agreement: agreement(plan.agreement, "Managed services", kind),
            terms: Some(terms),
            lines: plan.lines.iter().map(|line| self.sold_line(plan, line)).collect(),
            discounts: discounts.collect(),
        }];
        if let Some(id) = plan.projects {
            let mut terms = AgreementTerms::new(id, plan.id, Frequency::Monthly);
            let half = Decimal::new(15, 1);
            terms.after_hours_multiplier = Some(Multiplier::try_from(half).expect("a multiplier"));
            all.push(Sold {
                agreement: agreement(id, "Projects", AgreementKind::TimeAndMaterial),
                terms: Some(terms),
                lines: vec![self.hours_line(plan, id, PROJECT)],
                discounts: Vec::new(),
            });
        }
        if let Some(id) = plan.block {
            let mut terms = AgreementTerms::new(id, plan.id, Frequency::Monthly);
            let minutes = u32::try_from(INCLUDED).expect("minutes");
            terms.allowance = Some(Allowance::Monthly { minutes, roll_over: None });
            all.push(Sold {
                agreement: agreement(id, "Support hours", AgreementKind::Service),
                terms: Some(terms),
                lines: vec![self.hours_line(plan, id, SUPPORT)],
                discounts: Vec::new(),
            });
        }
        all
    }

    fn hours_line(&self, plan: &Plan, agreement: AgreementId, kit: usize) -> SoldLine {
        let price = DatedPrice {
            effective_from: plan.start,
            unit_price: usd(KITS[kit].price),
            unit_cost: None,
        };
        let of = format!("{agreement}/hours");
        SoldLine {
            line: AgreementLine {
                id: AgreementLineId::derived(&[&of]),
                agreement,
                client: plan.id,
                service: Some(self.service(kit)),
                description: KITS[kit].name.to_owned(),
                offering: Offering::Service,
                unit: PricingUnit::Hour,
                quantity: quantity(1),
                prices: Prices::new(vec![price]).expect("a price"),
                frequency: Frequency::Monthly,
                start: plan.start,
                end: None,
                included_minutes: None,
                tax_code: None,
            },
            quantities: Vec::new(),
            counted_by: None,
            includes: Vec::new(),
            price_is_custom: false,
        }
    }

    fn sold_line(&self, plan: &Plan, line: &Line) -> SoldLine {
        let what = &KITS[line.kit];
        let price = |(day, minor): &(jiff::civil::Date, i64)| DatedPrice {
            effective_from: *day,
            unit_price: usd(*minor),
            unit_cost: None,
        };
        let counted_by = what
            .counted
            .filter(|_| plan.number.is_multiple_of(2))
            .map(|(kind, product)| CountedBy { kind, product: product.map(ToOwned::to_owned) });
        SoldLine {
            line: AgreementLine {
                id: line.id,
                agreement: plan.agreement,
                client: plan.id,
                service: plan.agrees_entries.then(|| self.service(line.kit)),
                description: what.name.to_owned(),
                offering: what.offering,
                unit: what.unit,
                quantity: quantity(line.quantity),
                prices: Prices::new(line.prices.iter().map(price).collect()).expect("prices"),
                frequency: line.frequency,
                start: line.start,
                end: line.end,
                included_minutes: None,
                tax_code: None,
            },
            quantities: line
                .quantities
                .iter()
                .map(|(from, many)| DatedQuantity { from: *from, quantity: quantity(*many) })
                .collect(),
            counted_by,
            includes: line.includes.iter().map(|kit| self.service(*kit)).collect(),
            price_is_custom: line.custom,
        }
    }

    fn counts(&self, plan: &Plan) -> Vec<UsageCount> {
        let mut counts = Vec::new();
        let own = plan.lines.iter().map(|line| (line.kit, &line.counted));
        let loose = plan.loose_counts.iter().map(|(kit, counts)| (*kit, counts));
        for (kit, by_month) in own.chain(loose) {
            let Some((kind, product)) = KITS[kit].counted else { continue };
            for (at, number) in by_month.iter().enumerate() {
                // Counted in the middle and at the end of a month, both alike.
                for day in [15, 28] {
                    let day = self.calendar.day(at, day);
                    let Some(number) = number.filter(|_| day <= self.calendar.as_of) else {
                        continue;
                    };
                    let org = OrgId::derived(&[&self.tag]);
                    counts.push(UsageCount {
                        id: UsageCount::id_of(org, plan.id, kind, product, day),
                        client: plan.id,
                        kind,
                        product: product.map(ToOwned::to_owned),
                        day,
                        assigned: None,
                        total: u32::try_from(number).ok(),
                        committed: None,
                        source: Some(Source::SuperOps),
                    });
                }
            }
        }
        counts
    }
}

fn quantity(units: i64) -> Quantity {
    Quantity::try_from(Decimal::from(units)).expect("a quantity")
}
