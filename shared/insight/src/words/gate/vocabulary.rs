//! The words that a text may have.

/// What a word is to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// It has a meaning, which is named by the first word that has it: it stays where it is.
    Bound(&'static str),
    /// It may come and go.
    Free,
}

/// Words with a meaning, those of the same one together.
const BOUND: [&[&str]; 68] = [
    // Which way a figure goes.
    &["more", "higher", "above", "up", "increase", "increased", "rise", "rose", "grew", "greater"],
    &[
        "less",
        "lower",
        "below",
        "down",
        "decrease",
        "decreased",
        "fall",
        "fell",
        "declined",
        "dropped",
        "fewer",
    ],
    &["same"],
    &["as"],
    &["most", "largest", "highest", "dearest", "biggest", "greatest", "costliest"],
    &["least", "smallest", "lowest"],
    &["best", "strongest"],
    &["worst", "weakest"],
    &["surest", "clearest"],
    // Whether something is so.
    &["not", "no", "never"],
    &["without", "lacking"],
    &["expected", "forecast", "anticipated", "predicted", "foreseen"],
    &["instead"],
    &["may", "might"],
    &["can", "could"],
    &["known"],
    &["told"],
    &["whether"],
    &["if"],
    &["or"],
    // When, and how far.
    &["before", "previous", "preceding", "prior", "earlier"],
    &["after", "next", "following", "later"],
    &["within"],
    &["among"],
    &["since", "because"],
    &["over"],
    &["between"],
    &["yet"],
    &["month", "months", "monthly"],
    &["week", "weeks", "weekly"],
    &["year", "years", "yearly", "annual"],
    &["recent", "latest"],
    // What it is about.
    &["revenue", "revenues"],
    &["gross"],
    &["margin", "margins"],
    &["cost", "costs"],
    &["rate", "rates"],
    &["work", "labour"],
    &["hours"],
    &["ticket", "tickets"],
    &["user", "users"],
    &["device", "devices"],
    &["licence", "licences", "license", "licenses"],
    &["leak", "leaks"],
    &["found", "detected", "discovered"],
    &["charged"],
    &["collected"],
    &["looked", "searched"],
    &["record", "records"],
    &["missing", "absent"],
    &["client", "clients"],
    &["leave", "depart"],
    &["risk"],
    &["probability", "likelihood"],
    &["invoice", "invoices"],
    &["invoiced"],
    &["open", "outstanding"],
    &["brings", "yields"],
    &["score", "scores"],
    &["unusual", "exceptional"],
    &["tested", "examined"],
    &["analysed"],
    &["together", "combined"],
    &["series"],
    &["any"],
    &["all", "every"],
    // Nothing that these bind to is said, so that a text with any of them is never the same.
    &["to", "from"],
    &["analysis"],
];

/// Words that only hold the others together.
const FREE: [&str; 46] = [
    "a", "an", "and", "are", "at", "be", "been", "by", "came", "come", "comes", "during", "for",
    "had", "has", "have", "in", "is", "it", "its", "lies", "of", "on", "stands", "stood", "than",
    "that", "the", "their", "there", "these", "they", "this", "those", "totalled", "was", "were",
    "when", "where", "which", "while", "who", "whose", "with", "also", "overall",
];

/// What a word is to a text; `None` of one that is not known.
pub(super) fn sense(word: &str) -> Option<Sense> {
    let is = |it: &&str| it.eq_ignore_ascii_case(word);
    if FREE.iter().any(is) {
        return Some(Sense::Free);
    }
    let own = BOUND.iter().find(|words| words.iter().any(is))?;
    own.first().map(|name| Sense::Bound(name))
}

/// What whoever rephrases is asked to do. It says the rules, and nothing of any organisation.
pub fn instructions() -> String {
    let alike: Vec<String> =
        BOUND.iter().filter(|words| words.len() > 1).map(|words| words.join(" = ")).collect();
    let alone: Vec<&str> = BOUND
        .iter()
        .filter(|words| words.len() == 1)
        .flat_map(|words| words.iter().copied())
        .collect();
    format!(
        "You are given a paragraph of a report in which signs such as [[F1]] and [[N1]] stand for figures and names. \
         Say it in other, more fluent words. Answer with the paragraph alone. Use each sign once, unchanged, in the \
         same order. Write no digits, no numbers in words and no other characters than letters, spaces and . , : ; ( ). \
         Keep the order of these words, and replace them only by one of the same meaning: {}. Keep these as they \
         are: {}. Beside those use only these words: {}. Two sentences may become one, but none may become two. \
         Stay shorter than twice the paragraph.",
        alike.join("; "),
        alone.join(", "),
        FREE.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_one_sense_and_is_written_with_small_letters() {
        let mut words: Vec<&str> = BOUND.iter().flat_map(|words| words.iter().copied()).collect();
        words.extend(FREE);
        assert!(words.iter().all(|it| it.bytes().all(|it| it.is_ascii_lowercase())));
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn no_number_is_a_word() {
        let numbers = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
                       sixteen seventeen eighteen nineteen twenty thirty hundred thousand million billion half double \
                       twice triple third quarter dozen couple score-of percent dollar cent january may-be july nil";
        for number in numbers.split_whitespace().filter(|it| !it.contains('-')) {
            assert_eq!(sense(number), None, "{number}");
        }
    }

    #[test]
    fn what_is_asked_names_every_word() {
        let asked = instructions();
        let words = BOUND.iter().flat_map(|words| words.iter()).chain(&FREE);
        for word in words {
            assert!(asked.contains(word), "{word}");
        }
    }
}
