//! Names of people and places.

use crate::random::Random;

const FIRST: [&str; 40] = [
    "Ava", "Noah", "Sofía", "Liam", "Priya", "Mateo", "Chloé", "Omar", "Grace", "Wei", "Hannah",
    "Diego", "Zoë", "Marcus", "Aisha", "Tyler", "Ingrid", "Kenji", "Renée", "Samuel", "Leila",
    "Björn", "Nora", "Victor", "Mei", "Elijah", "Fatima", "Owen", "Camila", "Jonas", "Ruth",
    "Andre", "Tessa", "Ivan", "Joy", "Caleb", "Nadia", "Felix", "Maya", "Theo",
];

const LAST: [&str; 40] = [
    "Nguyen",
    "García",
    "Patel",
    "O'Connor",
    "Kim",
    "Johnson",
    "Rossi",
    "Haddad",
    "Schmidt",
    "Brown",
    "Tanaka",
    "Silva",
    "Lindqvist",
    "Okafor",
    "Martin",
    "Chen",
    "Dubois",
    "Walker",
    "Kowalski",
    "Singh",
    "Reyes",
    "Novák",
    "Thompson",
    "Ali",
    "Fischer",
    "Moreau",
    "Baker",
    "Ibarra",
    "Yamada",
    "Clark",
    "D'Angelo",
    "Petrov",
    "Evans",
    "Mwangi",
    "Larsen",
    "Ortiz",
    "Shah",
    "Murphy",
    "Weber",
    "Lopez",
];

/// A city with its state, postal code prefix and sales tax in basis points.
#[derive(Clone, Copy, Debug)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) state: &'static str,
    pub(super) postal: i64,
    pub(super) tax_basis_points: i64,
}

const CITIES: [City; 8] = [
    City { name: "Seattle", state: "WA", postal: 98_101, tax_basis_points: 1035 },
    City { name: "Tacoma", state: "WA", postal: 98_402, tax_basis_points: 1030 },
    City { name: "Portland", state: "OR", postal: 97_201, tax_basis_points: 0 },
    City { name: "Salem", state: "OR", postal: 97_301, tax_basis_points: 0 },
    City { name: "Sacramento", state: "CA", postal: 95_814, tax_basis_points: 875 },
    City { name: "San Diego", state: "CA", postal: 92_101, tax_basis_points: 775 },
    City { name: "Oakland", state: "CA", postal: 94_607, tax_basis_points: 1075 },
    City { name: "Reno", state: "NV", postal: 89_501, tax_basis_points: 827 },
];

/// A person's first and last name.
pub(super) fn person(random: &mut Random) -> (&'static str, &'static str) {
    (*random.pick(&FIRST), *random.pick(&LAST))
}

/// Somewhere on the west coast.
pub(super) fn city(random: &mut Random) -> City {
    *random.pick(&CITIES)
}

/// A street address.
pub(super) fn street(random: &mut Random) -> String {
    let street = *random.pick(&[
        "Harbor Ave",
        "Pine St",
        "2nd Ave",
        "Mission Blvd",
        "Cedar Ln",
        "Market St",
    ]);
    format!("{} {street}", random.between(100, 9_899))
}

/// A telephone number from the range reserved for fiction.
pub(super) fn phone(random: &mut Random) -> String {
    format!("+1{}555{:04}", random.between(206, 971), random.between(100, 199))
}

/// The name as the local part of an e-mail address.
pub(super) fn mailbox((first, last): (&str, &str)) -> String {
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>();
    format!("{}.{}", plain(first), plain(last)).to_lowercase()
}
