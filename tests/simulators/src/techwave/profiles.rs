//! The clients by name: how each system spells them, and what is odd about some.

/// In which systems a client is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Both,
    SuperOpsAlone,
    QuickBooksAlone,
}

/// The e-mail address that QuickBooks holds for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mail {
    /// Of the client's own domain.
    Own,
    /// Of a public mail service: says nothing about who they are.
    Public,
    Missing,
}

/// What is known of a client by name.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// Its name in SuperOps.
    pub(super) desk: String,
    /// Its name in QuickBooks.
    pub(super) books: String,
    pub(super) industry: &'static str,
    pub(super) domain: String,
    pub(super) mail: Mail,
    pub(super) presence: Presence,
}

/// Fifty clients; the first eight carry one of each kind of dirt, so that small scales have it too.
const KNOWN: &str = include_str!("clients.txt");

/// The first `count` clients; beyond the known ones, names are put together.
pub(super) fn profiles(count: usize) -> Vec<Profile> {
    let known = KNOWN.lines().skip(1).filter_map(read);
    known.chain((0..).map(assembled)).take(count).collect()
}

fn read(line: &'static str) -> Option<Profile> {
    let mut fields = line.split(" | ");
    Some(Profile {
        desk: fields.next()?.to_owned(),
        books: fields.next()?.to_owned(),
        industry: fields.next()?,
        domain: fields.next()?.to_owned(),
        mail: match fields.next()? {
            "own" => Mail::Own,
            "public" => Mail::Public,
            _ => Mail::Missing,
        },
        presence: match fields.next()? {
            "superops" => Presence::SuperOpsAlone,
            "quickbooks" => Presence::QuickBooksAlone,
            _ => Presence::Both,
        },
    })
}

fn assembled(number: usize) -> Profile {
    let place = cyclic(&PLACES, number);
    let industry = cyclic(&INDUSTRIES, number / PLACES.len());
    let branch = match number / (PLACES.len() * INDUSTRIES.len()) {
        0 => String::new(),
        round => format!(" {}", round + 1),
    };
    let desk = format!("{place} {industry}{branch}");
    Profile {
        books: format!("{desk}{}", cyclic(&["", " Inc.", ", LLC", " Co."], number)),
        industry,
        domain: format!("{}.example.com", desk.to_lowercase().replace(' ', "-")),
        mail: if number.is_multiple_of(2) { Mail::Own } else { Mail::Missing },
        presence: Presence::Both,
        desk,
    }
}

fn cyclic(parts: &[&'static str], at: usize) -> &'static str {
    parts.get(at % parts.len().max(1)).copied().unwrap_or_default()
}

#[rustfmt::skip]
const PLACES: [&str; 24] = [
    "Alder Creek", "Bayview", "Canyon", "Driftwood", "Eastgate", "Fairmont", "Glacier", "Highland",
    "Ironwood", "Juniper", "Kingsley", "Lakeside", "Maplewood", "Northgate", "Oakhurst", "Parkside",
    "Quail Run", "Ridgeline", "Silver Lake", "Timberline", "Union Street", "Valley Forge",
    "Westbrook", "Yellowstone",
];

#[rustfmt::skip]
const INDUSTRIES: [&str; 12] = [
    "Dental", "Legal", "Accounting", "Construction", "Logistics", "Veterinary", "Real Estate",
    "Manufacturing", "Education", "Insurance", "Hospitality", "Engineering",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_in_each_system_however_many_there_are() {
        let all = profiles(700);
        let desk: BTreeSet<_> = all.iter().map(|profile| &profile.desk).collect();
        let books: BTreeSet<_> = all.iter().map(|profile| &profile.books).collect();
        assert_eq!((desk.len(), books.len()), (700, 700));
    }

    #[test]
    fn two_clients_are_known_to_each_system_alone() {
        let count =
            |presence| profiles(50).iter().filter(|profile| profile.presence == presence).count();
        assert_eq!(count(Presence::SuperOpsAlone), 2);
        assert_eq!(count(Presence::QuickBooksAlone), 2);
    }
}
