//! The holidays of the United States (5 U.S.C. 6103), Canada, Mexico (Ley Federal del Trabajo, art. 74)
//! and Brazil (Lei 662/1949 and 14.759/2023; Carnival and Corpus Christi are days without banks).

use jiff::civil::Weekday::{Monday, Thursday};

use super::rule::{
    Holiday,
    Shift::{Nearest, Next},
    easter, fixed, from, nth, once,
};

/// Trades differ on the four that are marked.
pub(super) const UNITED_STATES: [Holiday; 13] = [
    fixed(1, 1, "New Year's Day").shifts(Nearest),
    nth(1, 3, Monday, "Martin Luther King Jr. Day").partly(),
    nth(2, 3, Monday, "Presidents' Day").partly(),
    nth(5, -1, Monday, "Memorial Day"),
    fixed(6, 19, "Juneteenth").since(2021).shifts(Nearest),
    fixed(7, 4, "Independence Day").shifts(Nearest),
    nth(9, 1, Monday, "Labor Day"),
    nth(10, 2, Monday, "Columbus Day").partly(),
    fixed(11, 11, "Veterans Day").partly().shifts(Nearest),
    nth(11, 4, Thursday, "Thanksgiving Day"),
    fixed(12, 24, "Christmas Eve").partly(),
    fixed(12, 25, "Christmas Day").shifts(Nearest),
    fixed(12, 31, "New Year's Eve").partly(),
];

pub(super) const CANADA: [Holiday; 13] = [
    fixed(1, 1, "New Year's Day").shifts(Next),
    nth(2, 3, Monday, "Family Day").partly(),
    easter(-2, "Good Friday"),
    from(5, 18, Monday, "Victoria Day"),
    fixed(7, 1, "Canada Day").shifts(Next),
    nth(8, 1, Monday, "Civic Holiday").partly(),
    nth(9, 1, Monday, "Labour Day"),
    fixed(9, 30, "National Day for Truth and Reconciliation").since(2021).partly().shifts(Next),
    nth(10, 2, Monday, "Thanksgiving"),
    fixed(11, 11, "Remembrance Day").partly().shifts(Next),
    fixed(12, 24, "Christmas Eve").partly(),
    fixed(12, 25, "Christmas Day").shifts(Next),
    fixed(12, 26, "Boxing Day").shifts(Next),
];

pub(super) const MEXICO: [Holiday; 13] = [
    fixed(1, 1, "Año Nuevo"),
    nth(2, 1, Monday, "Día de la Constitución"),
    nth(3, 3, Monday, "Natalicio de Benito Juárez"),
    easter(-3, "Jueves Santo").partly(),
    easter(-2, "Viernes Santo").partly(),
    fixed(5, 1, "Día del Trabajo"),
    fixed(9, 16, "Día de la Independencia"),
    fixed(10, 1, "Transmisión del Poder Ejecutivo").since(2024).every(6),
    once(2018, 12, 1, "Transmisión del Poder Ejecutivo"),
    fixed(11, 2, "Día de Muertos").partly(),
    nth(11, 3, Monday, "Día de la Revolución"),
    fixed(12, 12, "Día de la Virgen de Guadalupe").partly(),
    fixed(12, 25, "Navidad"),
];

pub(super) const BRAZIL: [Holiday; 17] = [
    fixed(1, 1, "Confraternização Universal"),
    easter(-48, "Carnaval"),
    easter(-47, "Carnaval"),
    easter(-46, "Quarta-feira de Cinzas").partly(),
    easter(-2, "Sexta-feira Santa"),
    fixed(4, 21, "Tiradentes"),
    fixed(5, 1, "Dia do Trabalho"),
    easter(60, "Corpus Christi"),
    fixed(9, 7, "Independência do Brasil"),
    fixed(10, 12, "Nossa Senhora Aparecida"),
    fixed(11, 2, "Finados"),
    fixed(11, 15, "Proclamação da República"),
    fixed(11, 20, "Consciência Negra").since(2024),
    fixed(11, 20, "Consciência Negra").until(2023).partly(),
    fixed(12, 24, "Véspera de Natal").partly(),
    fixed(12, 25, "Natal"),
    fixed(12, 31, "Véspera de Ano Novo").partly(),
];
