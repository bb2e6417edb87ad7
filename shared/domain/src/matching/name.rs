//! Names as they are compared: without case, accents, punctuation and legal forms.

/// Words that say under which law a firm exists, not which firm it is.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "as",
    "aps",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "lc",
    "limited",
    "llc",
    "lllp",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "nv",
    "oy",
    "pa",
    "pc",
    "plc",
    "pllc",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "spa",
    "srl",
    "ug",
];

/// Common short forms, with the word each stands for.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("agcy", "agency"),
    ("assoc", "associates"),
    ("bros", "brothers"),
    ("centre", "center"),
    ("ctr", "center"),
    ("dept", "department"),
    ("dist", "district"),
    ("grp", "group"),
    ("intl", "international"),
    ("mfg", "manufacturing"),
    ("mgmt", "management"),
    ("natl", "national"),
    ("svc", "services"),
    ("svcs", "services"),
    ("univ", "university"),
];

/// Words between a firm's legal name and the name that it trades under, or has traded under.
const TRADING_AS: &[&str] = &[
    " dba ",
    " d/b/a ",
    " d.b.a. ",
    " doing business as ",
    " trading as ",
    " t/a ",
    " aka ",
    " a/k/a ",
    " fka ",
    " f/k/a ",
    " formerly ",
];

/// Latin letters with marks, and letters made of two, as plain ones.
const PLAIN: &[(&str, &str)] = &[
    ("àáâãäåāăą", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņň", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
];

/// The name as it is compared. Normalising twice changes nothing.
///
/// A name without a letter or digit becomes empty, and an empty name is like no other.
pub fn normalize(name: &str) -> String {
    let plain = plain(name);
    let words: Vec<&str> = plain.split_whitespace().filter(|word| *word != "and").collect();
    let mut words = join_initials(&words);
    words.retain(|word| word != "and");
    while words.len() > 1 && words.first().is_some_and(|word| word == "the") {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|word| is_legal_form(word)) {
        words.pop();
    }
    let words: Vec<_> = words.iter().map(|word| long_form(word)).collect();
    words.join(" ")
}

/// Every name in a name, normalised: “Alpha Inc. dba Beta” is both Alpha and Beta.
pub fn aliases(name: &str) -> Vec<String> {
    // The words are ASCII, so the lower-case text is only searched where it is as long as the name.
    let lower = name.to_ascii_lowercase();
    let split = TRADING_AS.iter().find_map(|words| {
        let at = lower.find(words)?;
        Some((name.get(..at)?, name.get(at + words.len()..)?))
    });
    let names = match split {
        Some((legal, trading)) => vec![normalize(legal), normalize(trading)],
        None => vec![normalize(name)],
    };
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Lower-case letters without marks, digits, and blanks for everything that separates words.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    // What QuickBooks adds to names of inactive customers.
    let kept = lower.rfind(" (deleted").and_then(|at| lower.get(..at)).unwrap_or(&lower);
    let mut plain = String::with_capacity(kept.len());
    for char in kept.chars() {
        match char {
            // Initials and possessives are one word: “J.P.”, “Joe's”.
            '.' | '\'' | '’' | '‘' | '`' | '´' | '\u{300}'..='\u{36f}' => {}
            '&' | '+' => plain.push_str(" and "),
            'a'..='z' | '0'..='9' => plain.push(char),
            _ => match PLAIN.iter().find(|(marked, _)| marked.contains(char)) {
                Some((_, letters)) => plain.push_str(letters),
                None if char.is_alphanumeric() => plain.push(char),
                None => plain.push(' '),
            },
        }
    }
    plain
}

/// Single letters in a row are one word: “A B C” is “ABC”, “L L C” is “LLC”.
fn join_initials(words: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    let mut initials = false;
    for word in words {
        let single = word.chars().count() == 1;
        match joined.last_mut() {
            Some(last) if single && initials => last.push_str(word),
            _ => joined.push((*word).to_owned()),
        }
        initials = single;
    }
    joined
}

fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&word)
}

fn long_form(word: &str) -> &str {
    let long = SHORT_FORMS.iter().find(|(short, _)| *short == word);
    long.map_or(word, |(_, long)| long)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_name_become_the_same() {
        let spellings = [
            ("Acme Dental LLC", "ACME Dental, L.L.C."),
            ("The Cedar Grove Clinic", "Cedar Grove Clinic"),
            ("Smith & Sons Plumbing", "Smith and Sons Plumbing"),
            ("Café Lumière", "Cafe Lumiere (deleted)"),
            ("Cafe\u{301} Lumie\u{300}re", "CAFÉ LUMIÈRE"),
            ("O'Brien & Fitzgerald, LLP", "OBrien and Fitzgerald LLP"),
            ("\"Big Sky\" Outfitters", "Big Sky Outfitters"),
            ("Straße & Söhne GmbH & Co. KG", "strasse sohne"),
            ("J. P. Møller A/S", "JP Moller"),
            ("Copper Kettle Brewing Co.", "Copper Kettle Brewing Company"),
            ("Nakamura & Associates", "Nakamura and Assoc."),
            ("A.B.C. Movers", "A B C Movers"),
            ("Tech+Wave   ,Inc", "tech wave"),
        ];
        for (left, right) in spellings {
            assert_eq!(normalize(left), normalize(right), "{left} / {right}");
        }
    }

    #[test]
    fn a_name_that_is_only_a_legal_form_stays() {
        assert_eq!(normalize("The Company"), "company");
        assert_eq!(normalize("Inc."), "inc");
        assert_eq!(normalize("!?"), "");
    }

    #[test]
    fn a_name_in_another_script_stays_as_it_is() {
        assert_eq!(normalize("Ромашка, ООО"), "ромашка ооо");
        assert_eq!(normalize("株式会社テスト"), "株式会社テスト");
    }

    #[test]
    fn a_trading_name_is_a_name_of_its_own() {
        let both = ["greenfield organics", "green field farms"];
        assert_eq!(aliases("Greenfield Organics LLC dba Green Field Farms"), both);
        assert_eq!(aliases("Greenfield Organics, D/B/A Green Field Farms Inc."), both);
        assert_eq!(aliases("dba Systems"), ["dba systems"]);
        assert!(aliases("—").is_empty());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(name in ".{0,40}") {
            let once = normalize(&name);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn names_of_real_words_normalise_once_and_for_all(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "the", "and", "a", "b", "&", "co", "l", "c", "inc.", "acme", "svcs", "(deleted)",
                    "T", "h", "e", "n", "d",
                ]),
                0..8,
            ),
        ) {
            let once = normalize(&words.join(" "));
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
