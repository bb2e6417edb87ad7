//! Which days are no ordinary ones.

use clearmargin_insight::calendar::{Calendar, Country, Kind, is_weekday};
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// The weekdays on which countries were closed, by the package `holidays` 0.109: each line a country, a
/// year, and months with days. Where the package knows more than one kind of day or region, the list
/// is what `Country` says of each.
const PUBLISHED: &str = include_str!("holidays.txt");

fn year(country: Country, year: i16) -> Calendar {
    Calendar::new(country, date(year, 1, 1), date(year, 12, 31))
}

fn days(year: i16) -> impl Iterator<Item = Date> {
    date(year, 1, 1).series(jiff::Span::new().days(1)).take_while(move |day| day.year() == year)
}

#[test]
fn public_holidays_are_those_that_were_published() {
    let mut wrong = Vec::new();
    for line in PUBLISHED.lines() {
        let mut words = line.split(' ');
        let country: Country = words.next().unwrap().parse().unwrap();
        let of: i16 = words.next().unwrap().parse().unwrap();
        let published: Vec<&str> = words.collect();
        let calendar = year(country, of);
        let told = days(of)
            .filter(|day| calendar.at(*day).is_some_and(|special| special.kind == Kind::Public));
        let told: Vec<String> = told.map(|day| day.strftime("%m%d").to_string()).collect();
        if told != published {
            wrong.push(format!("{country} {of}\n  published {published:?}\n  told      {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} years:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(PUBLISHED.lines().count() / 18, Country::ALL.len());
}

#[test]
fn a_working_day_between_two_days_off_is_a_bridge() {
    let brazil = year(Country::Brazil, 2016);
    let bridge = |calendar: &Calendar, day: Date| {
        let special = calendar.at(day).filter(|special| special.kind == Kind::Bridge);
        special.map(|special| special.name)
    };
    // Tiradentes and Corpus Christi are Thursdays of that year, the day of the republic is a Tuesday.
    assert_eq!(bridge(&brazil, date(2016, 4, 22)), Some("Tiradentes"));
    assert_eq!(bridge(&brazil, date(2016, 5, 27)), Some("Corpus Christi"));
    assert_eq!(bridge(&brazil, date(2016, 11, 14)), Some("Proclamação da República"));
    // Good Friday and the Monday of Carnival are beside a weekend: nothing lies between.
    assert_eq!(bridge(&brazil, date(2016, 3, 24)), None);
    assert_eq!(bridge(&brazil, date(2016, 2, 5)), None);
    let america = year(Country::UnitedStates, 2025);
    assert_eq!(bridge(&america, date(2025, 11, 28)), Some("Thanksgiving Day"));
    // Between Christmas on a Thursday and the weekend; the one after New Year lies in the next year.
    assert_eq!(bridge(&america, date(2025, 12, 26)), Some("Christmas Day"));
    assert_eq!(bridge(&america, date(2026, 1, 2)), Some("New Year's Day"));
    // What some regions keep makes no bridge: Corpus Christi in Germany.
    let germany = year(Country::Germany, 2026);
    assert_eq!(germany.at(date(2026, 6, 4)).unwrap().kind, Kind::Partly);
    assert_eq!(germany.at(date(2026, 6, 5)), None);
}

#[test]
fn calendars_agree_on_the_days_that_all_of_them_have() {
    let calendars = [Country::Brazil, Country::Britain].map(|country| year(country, 2016));
    let agreed = Calendar::agreed(&calendars);
    assert_eq!(agreed.at(date(2016, 3, 25)).unwrap().kind, Kind::Public);
    assert_eq!(agreed.at(date(2016, 3, 28)), None);
    assert_eq!(agreed.at(date(2016, 4, 21)), None);
    assert_eq!(Calendar::agreed(&[]).at(date(2016, 3, 25)), None);
}

#[test]
fn a_country_has_one_code() {
    for country in Country::ALL {
        assert_eq!(country.code().to_lowercase().parse(), Ok(*country));
    }
    assert_eq!(
        "XX".parse::<Country>().unwrap_err().to_string(),
        "no holidays are known of the country XX"
    );
}

proptest! {
    #[test]
    fn only_weekdays_are_special_and_most_are_not(
        place in 0..Country::ALL.len(), of in 1980_i16..2080
    ) {
        let calendar = year(Country::ALL[place], of);
        let special: Vec<Date> = days(of).filter(|day| calendar.at(*day).is_some()).collect();
        prop_assert!(special.iter().all(|day| is_weekday(*day)));
        prop_assert!((1..=25).contains(&special.len()), "{}", special.len());
    }
}
