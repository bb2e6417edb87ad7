//! What passes and what does not.

use clearmargin_domain::{
    id::ClientId,
    money::{Currency, Money},
    period::Month,
};
use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    super::{Paragraph, Value},
    *,
};

fn paragraph() -> Paragraph {
    let month: Month = "2026-06".parse().unwrap();
    let usd = |minor| Value::Money(Money::new(minor, Currency::USD));
    let of = Paragraph::default().says("In ").figure("month", Value::Month(month));
    let of = of.says(" revenue was ").figure("revenue", usd(4_700_000)).says(", ");
    let of = of
        .size("change", usd(-200_000))
        .says(" (")
        .size("share", Value::Percent(Decimal::new(-408, 4)));
    let of = of.says(") less than in the month before. The best is ");
    of.client(ClientId::new(Timestamp::UNIX_EPOCH, 1)).says(". The gross margin is not known.")
}

fn judged(candidate: &str) -> Result<(), Refusal> {
    check(&paragraph().template(), candidate)
}

const OWN: &str = "In [[F1]] revenue was [[F2]], [[F3]] ([[F4]]) less than in the month before. \
                   The best is [[N1]]. The gross margin is not known.";

#[test]
fn other_words_with_the_same_meaning_pass() {
    assert_eq!(paragraph().template().as_str(), OWN);
    let fine = [
        OWN,
        "For [[F1]] the revenue stood at [[F2]], which is [[F3]] ([[F4]]) below that of the month before. \
         The strongest is [[N1]], while the gross margin is not known.",
        "During [[F1]], revenue was [[F2]]: [[F3]], [[F4]], lower than the month before; the best is [[N1]]; its gross \
         margin is not known.",
    ];
    for text in fine {
        assert_eq!(judged(text), Ok(()), "{text}");
    }
}

#[test]
fn what_says_something_else_is_refused() {
    let replaced = [
        ("less", "more", "a fall becomes a rise"),
        ("less", "", "a direction is dropped"),
        ("revenue", "margin", "it is about something else"),
        ("not known", "known", "what was denied is said"),
        ("is not", "is not not", "it is denied twice"),
        ("best", "worst", "the best becomes the worst"),
        ("month before", "year before", "it is held against something else"),
        ("before", "after", "earlier becomes later"),
        ("[[F3]]", "", "a figure is dropped"),
        ("[[F3]]", "[[F3]] [[F3]]", "a figure is said twice"),
        ("[[F3]]", "[[F2]]", "a figure stands for another"),
        ("[[F3]]", "[[F5]]", "a figure is added"),
        ("[[N1]]", "[[N2]]", "another client is named"),
        ("[[N1]]", "[[F1]]", "a figure stands for a name"),
        ("was [[F2]]", "was not [[F2]]", "a negation is added"),
        (". The best", ", because the best", "a cause is made up"),
    ];
    for (from, to, why) in replaced {
        assert_eq!(judged(&OWN.replacen(from, to, 1)), Err(Refusal::Meaning), "{why}");
    }
}

#[test]
fn numbers_in_whatever_form_are_refused() {
    let digits = ["7", "0", "٣", "７", "𝟕", "²", "½", "Ⅷ", "①", "七", "%", "$", "€", "USD 5.00"];
    for digit in digits {
        let text = OWN.replacen("was", &format!("was {digit}"), 1);
        assert!(matches!(judged(&text), Err(Refusal::Character | Refusal::Word)), "{digit}");
    }
    let words = "one two seven twelve twenty hundred thousand million half double twice third quarter dozen zero percent \
                 dollars june tomorrow about nearly almost over to";
    for word in words.split_whitespace() {
        let text = OWN.replacen("was", &format!("was {word}"), 1);
        assert!(matches!(judged(&text), Err(Refusal::Word | Refusal::Meaning)), "{word}");
        assert!(judged(&text.replacen(word, &word.to_uppercase(), 1)).is_err(), "{word}");
    }
}

#[test]
fn addresses_markup_and_what_cannot_be_seen_are_refused() {
    let added = [
        "http://example.com",
        "www.example.com",
        "a@example.com",
        "<b>",
        "</b>",
        "[a](b)",
        "*",
        "_",
        "`",
        "#",
        "{",
        "\n",
        "\t",
        "\u{202e}",
        "\u{200b}",
        "\u{0}",
        "\u{7f}",
        "e\u{301}",
        "ｍｏｒｅ",
        "mоre",
        "-",
        "–",
        "/",
        "[[F1",
        "[[F]]",
        "[[F1 ]]",
        "[[f1]]",
        "[[X1]]",
        "[[]]",
        "[",
        "?",
        "!",
        "\"",
        "'",
    ];
    for text in added {
        for candidate in [format!("{text} {OWN}"), OWN.replacen("was", &format!("was {text}"), 1)] {
            assert!(judged(&candidate).is_err(), "{candidate}");
        }
    }
}

#[test]
fn sentences_may_be_joined_and_not_parted() {
    assert_eq!(judged(&OWN.replacen("before. The", "before, and the", 1)), Ok(()));
    let parted = OWN.replacen("[[F2]], [[F3]]", "[[F2]]. [[F3]]", 1);
    assert_eq!(judged(&parted), Err(Refusal::Sentences));
    assert_eq!(judged(OWN.trim_end_matches('.')), Err(Refusal::Sentences));
}

#[test]
fn a_text_is_neither_empty_nor_more_than_twice_as_long() {
    for text in ["", " "] {
        assert_eq!(judged(text), Err(Refusal::Length));
    }
    let long = OWN.len();
    let padded = format!("{}{OWN}", " ".repeat(long));
    assert_eq!(judged(&padded), Ok(()));
    assert_eq!(judged(&format!(" {padded}")), Err(Refusal::Length));
}

/// The places of the signs of [`OWN`].
fn signs() -> Vec<&'static str> {
    vec!["[[F1]]", "[[F2]]", "[[F3]]", "[[F4]]", "[[N1]]"]
}

proptest! {
    #[test]
    fn any_two_signs_that_trade_places_are_refused(a in 0_usize..5, b in 0_usize..5) {
        let (first, second) = (signs()[a], signs()[b]);
        let text = OWN.replacen(first, "@", 1).replacen(second, first, 1).replacen('@', second, 1);
        prop_assert_eq!(judged(&text).is_ok(), a == b);
    }

    #[test]
    fn a_digit_anywhere_outside_of_signs_is_refused(at in 0_usize..OWN.len(), digit in 0_u8..10) {
        let mut text = OWN.to_owned();
        text.insert(at, char::from(b'0' + digit));
        prop_assert!(judged(&text).is_err());
    }

    #[test]
    fn figures_written_out_are_refused_whether_right_or_wrong(place in 0_usize..4, digit in 0_u8..10, at in 0_usize..16) {
        let figure = paragraph().figures()[place].words.clone();
        let mut wrong: Vec<char> = figure.chars().collect();
        let places: Vec<usize> = (0..wrong.len()).filter(|at| wrong[*at].is_ascii_digit()).collect();
        wrong[places[at % places.len()]] = char::from(b'0' + digit);
        let wrong: String = wrong.into_iter().collect();
        prop_assert!(judged(&OWN.replacen(signs()[place], &wrong, 1)).is_err());
        prop_assert!(judged(&OWN.replacen(signs()[place], &figure, 1)).is_err());
    }

    #[test]
    fn any_text_is_judged_without_failing(text in ".{0,200}") {
        prop_assert!(judged(&text).is_err());
    }

    #[test]
    fn what_passes_says_each_figure_as_often_as_the_template(free in proptest::collection::vec(0_usize..4, 0..8)) {
        let added: String = free.iter().map(|at| [" the", " and", ",", " which is"][*at]).collect();
        let candidate = OWN.replacen(" was", &format!("{added} was"), 1);
        let name = |_| "Client 1".to_owned();
        let (own, of) = (paragraph().text(&name), paragraph());
        let told = of.retold(&candidate, &name).unwrap();
        for figure in of.figures() {
            prop_assert_eq!(told.matches(&figure.words).count(), own.matches(&figure.words).count());
        }
        prop_assert!(!told.contains("[["));
    }
}
