//! The holidays of Australia, New Zealand, India and South Africa.

use jiff::civil::Weekday::Monday;

use super::rule::{
    Holiday,
    Shift::{Next, NextFromSunday},
    easter, fixed, nth, once,
};

pub(super) const AUSTRALIA: [Holiday; 10] = [
    fixed(1, 1, "New Year's Day").shifts(Next),
    fixed(1, 26, "Australia Day").shifts(Next),
    easter(-2, "Good Friday"),
    easter(1, "Easter Monday"),
    fixed(4, 25, "Anzac Day"),
    nth(6, 2, Monday, "King's Birthday").partly(),
    once(2022, 9, 22, "National Day of Mourning"),
    fixed(12, 24, "Christmas Eve").partly(),
    fixed(12, 25, "Christmas Day").shifts(Next),
    fixed(12, 26, "Boxing Day").shifts(Next),
];

/// Matariki is by the moon: its days are those of the act of 2022.
pub(super) const NEW_ZEALAND: [Holiday; 23] = [
    fixed(1, 1, "New Year's Day").shifts(Next),
    fixed(1, 2, "Day after New Year's Day").shifts(Next),
    fixed(2, 6, "Waitangi Day").until(2013),
    fixed(2, 6, "Waitangi Day").since(2014).shifts(Next),
    easter(-2, "Good Friday"),
    easter(1, "Easter Monday"),
    fixed(4, 25, "Anzac Day").until(2013),
    fixed(4, 25, "Anzac Day").since(2014).shifts(Next),
    nth(6, 1, Monday, "King's Birthday"),
    once(2022, 6, 24, "Matariki"),
    once(2023, 7, 14, "Matariki"),
    once(2024, 6, 28, "Matariki"),
    once(2025, 6, 20, "Matariki"),
    once(2026, 7, 10, "Matariki"),
    once(2027, 6, 25, "Matariki"),
    once(2028, 7, 14, "Matariki"),
    once(2029, 7, 6, "Matariki"),
    once(2030, 6, 21, "Matariki"),
    once(2022, 9, 26, "Queen Elizabeth II Memorial Day"),
    nth(10, 4, Monday, "Labour Day"),
    fixed(12, 25, "Christmas Day").shifts(Next),
    fixed(12, 26, "Boxing Day").shifts(Next),
    fixed(12, 24, "Christmas Eve").partly(),
];

pub(super) const INDIA: [Holiday; 5] = [
    fixed(1, 26, "Republic Day"),
    fixed(5, 1, "Labour Day").partly(),
    fixed(8, 15, "Independence Day"),
    fixed(10, 2, "Gandhi's Birthday"),
    fixed(12, 25, "Christmas Day"),
];

pub(super) const SOUTH_AFRICA: [Holiday; 20] = [
    fixed(1, 1, "New Year's Day").shifts(NextFromSunday),
    fixed(3, 21, "Human Rights Day").shifts(NextFromSunday),
    easter(-2, "Good Friday"),
    easter(1, "Family Day"),
    fixed(4, 27, "Freedom Day").shifts(NextFromSunday),
    fixed(5, 1, "Workers' Day").shifts(NextFromSunday),
    fixed(6, 16, "Youth Day").shifts(NextFromSunday),
    fixed(8, 9, "National Women's Day").shifts(NextFromSunday),
    fixed(9, 24, "Heritage Day").shifts(NextFromSunday),
    fixed(12, 16, "Day of Reconciliation").shifts(NextFromSunday),
    fixed(12, 25, "Christmas Day").shifts(NextFromSunday),
    fixed(12, 26, "Day of Goodwill").shifts(NextFromSunday),
    once(2014, 5, 7, "Election day"),
    once(2016, 8, 3, "Election day"),
    once(2019, 5, 8, "Election day"),
    once(2021, 11, 1, "Election day"),
    once(2023, 12, 15, "By decree"),
    once(2024, 5, 29, "Election day"),
    once(2026, 11, 4, "Election day"),
    fixed(12, 24, "Christmas Eve").partly(),
];
