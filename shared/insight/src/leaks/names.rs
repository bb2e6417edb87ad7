//! Which catalogue entry a document or a vendor means, from its words.

use std::{cell::RefCell, collections::BTreeMap};

use clearmargin_domain::id::ServiceId;

use super::CatalogueEntry;

/// So many answers are remembered: lines of documents may all say something else.
const REMEMBERED: usize = 20_000;
/// How alike two names are at least, of 1.
const ALIKE: f64 = 0.85;

/// The names of all catalogue entries.
pub(super) struct Names {
    by_name: BTreeMap<Vec<String>, Option<ServiceId>>,
    /// What was asked before: the same words come again every month.
    known: RefCell<BTreeMap<String, Option<ServiceId>>>,
}

impl Names {
    pub(super) fn of(catalogue: &[CatalogueEntry]) -> Self {
        let mut by_name: BTreeMap<Vec<String>, Option<ServiceId>> = BTreeMap::new();
        for entry in catalogue {
            let id = entry.service.id;
            for name in entry.aliases.iter().chain([&entry.service.name]) {
                let found = by_name.entry(words(name)).or_insert(Some(id));
                // One name for two entries says nothing.
                *found = found.filter(|known| *known == id);
            }
        }
        by_name.remove(&Vec::new());
        Self { by_name, known: RefCell::default() }
    }

    /// The entry that these words mean; none where it is none or may be several.
    pub(super) fn find(&self, text: &str) -> Option<ServiceId> {
        if let Some(known) = self.known.borrow().get(text) {
            return *known;
        }
        let cut = text.split([',', '(', '|', '\n']).next().unwrap_or(text);
        let cut = cut.split(" - ").next().unwrap_or(cut);
        let found = self.named(&words(text)).or_else(|| self.named(&words(cut)));
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(text.to_owned(), found);
        found
    }

    fn named(&self, words: &[String]) -> Option<ServiceId> {
        if words.is_empty() {
            return None;
        }
        if let Some(found) = self.by_name.get(words) {
            return *found;
        }
        let mut like =
            self.by_name.iter().filter(|(name, _)| alike(words, name)).filter_map(|(_, id)| *id);
        let first = like.next()?;
        like.all(|other| other == first).then_some(first)
    }
}

/// Whether two texts say the same but for spelling, or one holds the other.
pub(super) fn are_alike(left: &str, right: &str) -> bool {
    let (left, right) = (words(left), words(right));
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    let holds = !short.is_empty() && long.windows(short.len()).any(|part| part == short.as_slice());
    holds || alike(&left, &right)
}

/// The words of a name, in small letters, with the usual short forms written out.
fn words(name: &str) -> Vec<String> {
    let small = name.to_lowercase();
    let words = small.split(|it: char| !it.is_alphanumeric()).filter(|word| !word.is_empty());
    let filler = |word: &&str| ["and", "the", "of", "for"].contains(word);
    words
        .filter(|word| !filler(word))
        .flat_map(|word| match word {
            "m365" | "ms365" => vec!["microsoft", "365"],
            "o365" => vec!["office", "365"],
            "ms" => vec!["microsoft"],
            word => vec![word],
        })
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether two names are the same but for spelling: words that are cut short, or a typing error.
/// Numbers have to be the same: plan 1 is not plan 2.
fn alike(left: &[String], right: &[String]) -> bool {
    let numbers = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| word.chars().any(char::is_numeric)).cloned().collect()
    };
    if numbers(left) != numbers(right) {
        return false;
    }
    let short = |(a, b): (&String, &String)| {
        let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        shorter == longer || (shorter.len() >= 3 && is_short_for(shorter, longer))
    };
    let cut = left.len() == right.len() && left.iter().zip(right).all(short);
    cut || strsim::normalized_levenshtein(&left.join(" "), &right.join(" ")) >= ALIKE
}

/// Whether a word is another one cut short, or without some of its letters, such as `mgmt`.
fn is_short_for(short: &str, long: &str) -> bool {
    let mut left = long.chars();
    short.chars().next() == long.chars().next() && short.chars().all(|it| left.any(|of| of == it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(name: &str) -> Vec<String> {
        words(name)
    }

    #[test]
    fn a_name_is_known_by_short_words_and_typing_errors_and_never_by_another_number() {
        let same = |left: &str, right: &str| {
            let (left, right) = (split(left), split(right));
            left == right || alike(&left, &right)
        };
        assert!(same("M365 Bus. Prem.", "Microsoft 365 Business Premium"));
        assert!(same("Firewall Mgmt", "Firewall Management"));
        assert!(same("Managed Endpiont", "Managed Endpoint"));
        assert!(!same("Defender Plan 1", "Defender Plan 2"));
        assert!(!same("Backup Server", "Backup Workstation"));
    }
}
