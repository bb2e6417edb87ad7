//! TechWave's own people, and what an hour of theirs costs.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::calendar::{Calendar, shift_days};
use super::ids::{Id, Ids};
use super::people;
use crate::random::Random;

/// A technician. Money is in cents.
#[derive(Clone, Debug)]
pub(super) struct Technician {
    pub(super) id: Id,
    pub(super) name: String,
    first: &'static str,
    last: &'static str,
    role: &'static str,
    /// Hourly cost; none for those whose cost nobody has entered.
    hourly_cost: Option<i64>,
    /// Share of the work in thousandths of the usual.
    pub(super) share: u64,
}

const ROLES: [(&str, i64); 5] = [
    ("Service Desk Technician", 3_825),
    ("Systems Engineer", 5_275),
    ("Field Technician", 4_380),
    ("Senior Engineer", 6_850),
    ("Security Analyst", 7_490),
];

/// The technicians; the last few (one in six, at least one) have no cost.
pub(super) fn technicians(count: usize, ids: &mut Ids, random: &Random) -> Vec<Technician> {
    let uncosted = (count / 6).max(1).min(count.saturating_sub(1));
    let numbered = (0..count).zip(1..);
    numbered
        .map(|(number, purpose)| {
            let mut random = random.fork(purpose);
            let (first, last) = people::person(&mut random);
            let (role, cost) = ROLES.get(number % ROLES.len()).copied().unwrap_or_default();
            let hourly_cost = cost + random.between(-20, 40) * 5;
            Technician {
                id: ids.next(),
                name: format!("{first} {last}"),
                first,
                last,
                role,
                hourly_cost: (number < count - uncosted).then_some(hourly_cost),
                share: random.below(900) + 500,
            }
        })
        .collect()
}

impl Technician {
    /// As another object refers to the technician.
    pub(super) fn reference(&self) -> Value {
        json!({ "userId": self.id.text(), "name": self.name })
    }

    /// The `Technician` object; `number` makes the e-mail address unique.
    pub(super) fn object(&self, number: usize, random: &mut Random) -> Value {
        let mailbox = people::mailbox((self.first, self.last));
        json!({
            "userId": self.id.text(),
            "firstName": self.first,
            "lastName": self.last,
            "name": self.name,
            "email": format!("{mailbox}{number}@techwave.example.com"),
            "contactNumber": people::phone(random),
            "emailSignature": format!("{} · TechWave MSP", self.name),
            "designation": { "designationId": "4610000000000000101", "name": self.role },
            "businessFunction": { "businessFunctionId": "4610000000000000111", "name": "Service delivery" },
            "team": { "teamId": "4610000000000000121", "name": "Service Desk" },
            "reportingManager": null,
            "role": { "roleId": "4610000000000000131", "name": "Technician" },
            "groups": [group()],
        })
    }

    pub(super) fn is_uncosted(&self) -> bool {
        self.hourly_cost.is_none()
    }

    /// Cost rates by the day they begin: one at the start and, for every second technician, a raise
    /// in the middle of a month half-way through.
    pub(super) fn rates(&self, number: usize, calendar: &Calendar) -> Vec<(Date, i64)> {
        let Some(cost) = self.hourly_cost else {
            return Vec::new();
        };
        let mut rates = vec![(calendar.start(), cost)];
        let months = calendar.months();
        if let Some(middle) = months.get(months.len() / 2).filter(|_| number.is_multiple_of(2)) {
            rates.push((shift_days(*middle, 14), cost + cost / 20 + 3));
        }
        rates
    }
}

/// The technician group that everybody belongs to.
pub(super) fn group() -> Value {
    json!({ "groupId": "4610000000000000141", "name": "Service Desk" })
}
