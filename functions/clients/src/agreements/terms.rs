//! Terms on the wire.

use clearmargin_app::{Error, agreements::TermsChange};
use clearmargin_domain::{
    agreement::{
        AgreementTerms, Allowance, Direction, Escalator, Exclusion, Frequency, Increment, Months,
        Renewal, RollOver, Rounding,
    },
    id::TaxCodeId,
    identity::Name,
};
use clearmargin_web::{NumberIn, Ratio, Result, schema};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The terms of an agreement.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AgreementTerms)]
pub(crate) struct TermsView {
    /// How often a line is charged that does not say otherwise.
    #[schema(schema_with = schema::frequency)]
    frequency: Frequency,
    /// Time that it includes; null for none.
    allowance: Option<AllowanceWire>,
    /// How many times its price an hour outside business hours costs; null for the same.
    after_hours_multiplier: Option<Ratio>,
    /// How time is rounded when it is charged; null for to the second.
    rounding: Option<RoundingWire>,
    /// How its prices rise; null for not.
    escalator: Option<EscalatorView>,
    /// What it does not cover.
    exclusions: Vec<ExclusionWire>,
    /// When it ends or begins anew; null when nothing is agreed.
    renewal: Option<RenewalWire>,
    /// The most that the work of a month comes to where it is charged by the hour, in the
    /// organisation's currency; null for no limit.
    hours_cap: Option<Ratio>,
    /// Which taxes a line's invoices charge that does not say otherwise; null for none.
    tax_code_id: Option<String>,
}

/// Terms as they are to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TermsIn {
    /// How often a line is charged that does not say otherwise.
    #[schema(schema_with = schema::frequency)]
    frequency: Frequency,
    /// Time that it includes; null or absent for none.
    allowance: Option<AllowanceWire>,
    /// How many times its price an hour outside business hours costs: 1 to 10, at most two decimals.
    after_hours_multiplier: Option<NumberIn>,
    /// How time is rounded when it is charged; null or absent for to the second.
    rounding: Option<RoundingWire>,
    /// How its prices rise; null or absent for not.
    escalator: Option<EscalatorIn>,
    /// What it does not cover.
    #[serde(default)]
    #[schema(max_items = 50)]
    exclusions: Vec<ExclusionWire>,
    /// When it ends or begins anew; null or absent when nothing is agreed.
    renewal: Option<RenewalWire>,
    /// The most that the work of a month comes to where it is charged by the hour, in the
    /// organisation's currency; null or absent for no limit.
    hours_cap: Option<NumberIn>,
    /// Which taxes a line's invoices charge that does not say otherwise; null or absent for none.
    #[schema(value_type = Option<String>, pattern = "^tax_[0-7][0-9A-HJKMNP-TV-Z]{25}$")]
    tax_code_id: Option<TaxCodeId>,
}

/// Included time: so much every month, or a block that is used up.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Allowance)]
struct AllowanceWire {
    /// Every month, or once.
    kind: AllowanceKind,
    /// How many minutes it grants.
    #[schema(minimum = 1, maximum = 1_000_000)]
    minutes: u32,
    /// What becomes of the rest of a month; null or absent when it is lost. Monthly allowances
    /// only.
    roll_over: Option<RollOverWire>,
    /// For how many months after the first a block can be used; null or absent for until it is used
    /// up. Blocks only.
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 120)]
    expires_after_months: Option<Months>,
}

/// How time is included.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum AllowanceKind {
    /// So much every month.
    Monthly,
    /// Once, in the first month.
    Block,
}

/// How the rest of a month is carried into the next ones.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RollOver)]
struct RollOverWire {
    /// The most minutes that are carried out of a month; null or absent for all.
    #[schema(minimum = 0)]
    cap_minutes: Option<u32>,
    /// For how many months after its own time can be used; null or absent for until it is used up.
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 120)]
    expires_after_months: Option<Months>,
}

/// How time is rounded when it is charged.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Rounding)]
struct RoundingWire {
    /// The step: charged time is so many of them.
    #[schema(value_type = u16, minimum = 1, maximum = 240)]
    increment_minutes: Increment,
    /// The least that is charged for any work at all.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 65_535)]
    minimum_minutes: u16,
    /// To the next step, or to the nearest.
    #[schema(schema_with = schema::rounding_direction)]
    direction: Direction,
}

/// A rise of prices that comes again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Escalator)]
struct EscalatorView {
    /// By how much.
    percent: Ratio,
    /// How often.
    every_months: u16,
    /// The day of the first rise.
    #[schema(example = "2027-01-01")]
    first_on: String,
}

/// A rise of prices as it is to be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EscalatorIn {
    /// By how much: 0 to 100 percent, at most two decimals.
    percent: NumberIn,
    /// How often; every year unless said.
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 120)]
    every_months: Months,
    /// The day of the first rise.
    #[schema(schema_with = schema::day)]
    first_on: Date,
}

/// Work that an agreement does not cover.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Exclusion)]
struct ExclusionWire {
    /// By the catalogue entry that it is charged as, or by its ticket's category.
    by: ExcludedBy,
    /// The service's id, or the category in the organisation's own words.
    #[schema(min_length = 1, max_length = 100)]
    value: String,
}

/// What excluded work is told by.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum ExcludedBy {
    /// A catalogue entry.
    Service,
    /// A category of tickets.
    Category,
}

/// The end of an agreement's term, and what happens then.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Renewal)]
struct RenewalWire {
    /// The first day of the next term.
    #[schema(schema_with = schema::day)]
    on: Date,
    /// Whether the next term begins by itself, and the ones after it.
    automatic: bool,
    /// How many days before the next term somebody has to object.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 65_535)]
    notice_days: u16,
    /// How long the next terms are; a year unless said.
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 120)]
    term_months: Months,
}

impl TermsIn {
    /// The terms; what is refused is named under `terms`.
    pub(crate) fn terms(self) -> Result<TermsChange> {
        let multiplier = self.after_hours_multiplier;
        let multiplier = multiplier.map(|number| number.to("terms.afterHoursMultiplier"));
        let exclusions = self.exclusions.into_iter().enumerate();
        let exclusions = exclusions.map(|(place, exclusion)| exclusion.exclusion(place));
        Ok(TermsChange {
            frequency: self.frequency,
            allowance: self.allowance.map(AllowanceWire::allowance).transpose()?,
            after_hours_multiplier: multiplier.transpose()?,
            rounding: self.rounding.map(|rounding| Rounding {
                increment: rounding.increment_minutes,
                minimum_minutes: rounding.minimum_minutes,
                direction: rounding.direction,
            }),
            escalator: self.escalator.map(EscalatorIn::escalator).transpose()?,
            exclusions: exclusions.collect::<std::result::Result<_, _>>()?,
            renewal: self.renewal.map(|renewal| Renewal {
                on: renewal.on,
                automatic: renewal.automatic,
                notice_days: renewal.notice_days,
                term_months: renewal.term_months,
            }),
            hours_cap: self.hours_cap.map(|cap| cap.to("terms.hoursCap")).transpose()?,
            tax_code: self.tax_code_id,
        })
    }
}

impl AllowanceWire {
    fn allowance(self) -> std::result::Result<Allowance, Error> {
        let Self { kind, minutes, roll_over, expires_after_months } = self;
        match (kind, roll_over, expires_after_months) {
            (AllowanceKind::Monthly, roll_over, None) => {
                let roll_over = roll_over.map(|it| RollOver {
                    cap_minutes: it.cap_minutes,
                    expires_after_months: it.expires_after_months,
                });
                Ok(Allowance::Monthly { minutes, roll_over })
            }
            (AllowanceKind::Block, None, expires_after_months) => {
                Ok(Allowance::Block { minutes, expires_after_months })
            }
            (AllowanceKind::Monthly, _, Some(_)) => Err(Error::invalid(
                "terms.allowance.expiresAfterMonths",
                "a monthly allowance says in rollOver for how long its time can be used",
            )),
            (AllowanceKind::Block, Some(_), _) => Err(Error::invalid(
                "terms.allowance.rollOver",
                "a block can be used until it is used up or expires",
            )),
        }
    }
}

impl EscalatorIn {
    fn escalator(self) -> std::result::Result<Escalator, Error> {
        let Self { percent, every_months, first_on } = self;
        let percent = percent.to("terms.escalator.percent")?;
        Ok(Escalator { percent, every_months, first_on })
    }
}

impl ExclusionWire {
    fn exclusion(self, place: usize) -> std::result::Result<Exclusion, Error> {
        let refused =
            |message: String| Error::invalid(format!("terms.exclusions[{place}].value"), message);
        match self.by {
            ExcludedBy::Service => {
                let id = self.value.parse();
                id.map(Exclusion::Service)
                    .map_err(|error: clearmargin_domain::id::InvalidId| refused(error.to_string()))
            }
            ExcludedBy::Category => {
                let name = self.value.parse::<Name>();
                name.map(Exclusion::Category).map_err(|error| refused(error.to_string()))
            }
        }
    }
}

impl TermsView {
    pub(crate) fn new(terms: &AgreementTerms) -> Self {
        Self {
            frequency: terms.frequency,
            allowance: terms.allowance.map(allowance),
            after_hours_multiplier: terms.after_hours_multiplier.map(|it| Ratio(it.into())),
            rounding: terms.rounding.map(|rounding| RoundingWire {
                increment_minutes: rounding.increment,
                minimum_minutes: rounding.minimum_minutes,
                direction: rounding.direction,
            }),
            escalator: terms.escalator.map(|escalator| EscalatorView {
                percent: Ratio(escalator.percent.into()),
                every_months: escalator.every_months.count(),
                first_on: escalator.first_on.to_string(),
            }),
            exclusions: terms.exclusions.iter().map(exclusion).collect(),
            renewal: terms.renewal.map(|renewal| RenewalWire {
                on: renewal.on,
                automatic: renewal.automatic,
                notice_days: renewal.notice_days,
                term_months: renewal.term_months,
            }),
            hours_cap: terms.hours_cap.map(|cap| Ratio(cap.into())),
            tax_code_id: terms.tax_code.map(|id| id.to_string()),
        }
    }
}

fn allowance(allowance: Allowance) -> AllowanceWire {
    match allowance {
        Allowance::Monthly { minutes, roll_over } => AllowanceWire {
            kind: AllowanceKind::Monthly,
            minutes,
            roll_over: roll_over.map(|it| RollOverWire {
                cap_minutes: it.cap_minutes,
                expires_after_months: it.expires_after_months,
            }),
            expires_after_months: None,
        },
        Allowance::Block { minutes, expires_after_months } => AllowanceWire {
            kind: AllowanceKind::Block,
            minutes,
            roll_over: None,
            expires_after_months,
        },
    }
}

fn exclusion(exclusion: &Exclusion) -> ExclusionWire {
    match exclusion {
        Exclusion::Service(id) => ExclusionWire { by: ExcludedBy::Service, value: id.to_string() },
        Exclusion::Category(name) => {
            ExclusionWire { by: ExcludedBy::Category, value: name.as_str().to_owned() }
        }
    }
}
