//! The holidays of Europe.

use jiff::civil::Weekday::{Friday, Monday};

use super::rule::{
    Holiday,
    Shift::{DayBefore, Next},
    easter, fixed, from, nth, once,
};

pub(super) const AUSTRIA: [Holiday; 15] = [
    fixed(1, 1, "Neujahr"),
    fixed(1, 6, "Heilige Drei Könige"),
    easter(1, "Ostermontag"),
    fixed(5, 1, "Staatsfeiertag"),
    easter(39, "Christi Himmelfahrt"),
    easter(50, "Pfingstmontag"),
    easter(60, "Fronleichnam"),
    fixed(8, 15, "Mariä Himmelfahrt"),
    fixed(10, 26, "Nationalfeiertag"),
    fixed(11, 1, "Allerheiligen"),
    fixed(12, 8, "Mariä Empfängnis"),
    fixed(12, 24, "Heiliger Abend").partly(),
    fixed(12, 25, "Christtag"),
    fixed(12, 26, "Stefanitag"),
    fixed(12, 31, "Silvester").partly(),
];

pub(super) const BELGIUM: [Holiday; 10] = [
    fixed(1, 1, "Nieuwjaar"),
    easter(1, "Paasmaandag"),
    fixed(5, 1, "Dag van de Arbeid"),
    easter(39, "Onze-Lieve-Heer-Hemelvaart"),
    easter(50, "Pinkstermaandag"),
    fixed(7, 21, "Nationale feestdag"),
    fixed(8, 15, "Onze-Lieve-Vrouw-Hemelvaart"),
    fixed(11, 1, "Allerheiligen"),
    fixed(11, 11, "Wapenstilstand"),
    fixed(12, 25, "Kerstmis"),
];

pub(super) const SWITZERLAND: [Holiday; 13] = [
    fixed(1, 1, "Neujahr"),
    fixed(1, 2, "Berchtoldstag").partly(),
    easter(-2, "Karfreitag"),
    easter(1, "Ostermontag"),
    fixed(5, 1, "Tag der Arbeit").partly(),
    easter(39, "Auffahrt"),
    easter(50, "Pfingstmontag"),
    easter(60, "Fronleichnam").partly(),
    fixed(8, 1, "Bundesfeier"),
    fixed(8, 15, "Mariä Himmelfahrt").partly(),
    fixed(11, 1, "Allerheiligen").partly(),
    fixed(12, 25, "Weihnachten"),
    fixed(12, 26, "Stephanstag"),
];

pub(super) const GERMANY: [Holiday; 15] = [
    fixed(1, 1, "Neujahr"),
    fixed(1, 6, "Heilige Drei Könige").partly(),
    easter(-2, "Karfreitag"),
    easter(1, "Ostermontag"),
    fixed(5, 1, "Tag der Arbeit"),
    easter(39, "Christi Himmelfahrt"),
    easter(50, "Pfingstmontag"),
    easter(60, "Fronleichnam").partly(),
    fixed(10, 3, "Tag der Deutschen Einheit"),
    once(2017, 10, 31, "Reformationstag"),
    fixed(11, 1, "Allerheiligen").partly(),
    fixed(12, 24, "Heiligabend").partly(),
    fixed(12, 25, "Erster Weihnachtstag"),
    fixed(12, 26, "Zweiter Weihnachtstag"),
    fixed(12, 31, "Silvester").partly(),
];

pub(super) const DENMARK: [Holiday; 12] = [
    fixed(1, 1, "Nytårsdag"),
    easter(-3, "Skærtorsdag"),
    easter(-2, "Langfredag"),
    easter(1, "Anden påskedag"),
    easter(26, "Store bededag").until(2023),
    easter(39, "Kristi himmelfartsdag"),
    easter(50, "Anden pinsedag"),
    fixed(6, 5, "Grundlovsdag").partly(),
    fixed(12, 24, "Juleaftensdag").partly(),
    fixed(12, 25, "Juledag"),
    fixed(12, 26, "Anden juledag"),
    fixed(12, 31, "Nytårsaftensdag").partly(),
];

pub(super) const SPAIN: [Holiday; 12] = [
    fixed(1, 1, "Año Nuevo"),
    fixed(1, 6, "Epifanía del Señor"),
    easter(-3, "Jueves Santo").partly(),
    easter(-2, "Viernes Santo"),
    easter(1, "Lunes de Pascua").partly(),
    fixed(5, 1, "Fiesta del Trabajo"),
    fixed(8, 15, "Asunción de la Virgen"),
    fixed(10, 12, "Fiesta Nacional"),
    fixed(11, 1, "Todos los Santos"),
    fixed(12, 6, "Día de la Constitución"),
    fixed(12, 8, "Inmaculada Concepción"),
    fixed(12, 25, "Navidad"),
];

pub(super) const FINLAND: [Holiday; 12] = [
    fixed(1, 1, "Uudenvuodenpäivä"),
    fixed(1, 6, "Loppiainen"),
    easter(-2, "Pitkäperjantai"),
    easter(1, "Toinen pääsiäispäivä"),
    fixed(5, 1, "Vappu"),
    easter(39, "Helatorstai"),
    from(6, 19, Friday, "Juhannusaatto"),
    fixed(12, 6, "Itsenäisyyspäivä"),
    fixed(12, 24, "Jouluaatto"),
    fixed(12, 25, "Joulupäivä"),
    fixed(12, 26, "Tapaninpäivä"),
    fixed(12, 31, "Uudenvuodenaatto").partly(),
];

pub(super) const FRANCE: [Holiday; 11] = [
    fixed(1, 1, "Jour de l'an"),
    easter(1, "Lundi de Pâques"),
    fixed(5, 1, "Fête du Travail"),
    fixed(5, 8, "Fête de la Victoire"),
    easter(39, "Ascension"),
    easter(50, "Lundi de Pentecôte"),
    fixed(7, 14, "Fête nationale"),
    fixed(8, 15, "Assomption"),
    fixed(11, 1, "Toussaint"),
    fixed(11, 11, "Armistice"),
    fixed(12, 25, "Noël"),
];

pub(super) const BRITAIN: [Holiday; 20] = [
    fixed(1, 1, "New Year's Day").shifts(Next),
    easter(-2, "Good Friday"),
    easter(1, "Easter Monday"),
    nth(5, 1, Monday, "Early May bank holiday").until(2019),
    once(2020, 5, 8, "Early May bank holiday"),
    nth(5, 1, Monday, "Early May bank holiday").since(2021),
    nth(5, -1, Monday, "Spring bank holiday").until(2011),
    once(2012, 6, 4, "Spring bank holiday"),
    nth(5, -1, Monday, "Spring bank holiday").since(2013).until(2021),
    once(2022, 6, 2, "Spring bank holiday"),
    nth(5, -1, Monday, "Spring bank holiday").since(2023),
    nth(8, -1, Monday, "Summer bank holiday"),
    fixed(12, 25, "Christmas Day").shifts(Next),
    fixed(12, 26, "Boxing Day").shifts(Next),
    fixed(12, 24, "Christmas Eve").partly(),
    once(2011, 4, 29, "Royal wedding"),
    once(2012, 6, 5, "Diamond jubilee"),
    once(2022, 6, 3, "Platinum jubilee"),
    once(2022, 9, 19, "State funeral"),
    once(2023, 5, 8, "Coronation"),
];

/// From 2023 on St Brigid's Day is the first Monday of February, or its first day if a Friday.
pub(super) const IRELAND: [Holiday; 15] = [
    fixed(1, 1, "New Year's Day"),
    nth(2, 1, Monday, "Saint Brigid's Day").since(2023).until(2029),
    once(2030, 2, 1, "Saint Brigid's Day"),
    nth(2, 1, Monday, "Saint Brigid's Day").since(2031).until(2035),
    fixed(3, 17, "Saint Patrick's Day"),
    once(2022, 3, 18, "Day of Remembrance"),
    easter(-2, "Good Friday").partly(),
    easter(1, "Easter Monday"),
    nth(5, 1, Monday, "May holiday"),
    nth(6, 1, Monday, "June holiday"),
    nth(8, 1, Monday, "August holiday"),
    nth(10, -1, Monday, "October holiday"),
    fixed(12, 24, "Christmas Eve").partly(),
    fixed(12, 25, "Christmas Day"),
    fixed(12, 26, "Saint Stephen's Day"),
];

pub(super) const ITALY: [Holiday; 13] = [
    fixed(1, 1, "Capodanno"),
    fixed(1, 6, "Epifania"),
    easter(1, "Lunedì dell'Angelo"),
    fixed(4, 25, "Festa della Liberazione"),
    fixed(5, 1, "Festa del Lavoro"),
    fixed(6, 2, "Festa della Repubblica"),
    fixed(8, 15, "Assunzione"),
    fixed(10, 4, "San Francesco d'Assisi").since(2026),
    fixed(11, 1, "Ognissanti"),
    fixed(12, 8, "Immacolata Concezione"),
    fixed(12, 24, "Vigilia di Natale").partly(),
    fixed(12, 25, "Natale"),
    fixed(12, 26, "Santo Stefano"),
];

pub(super) const NETHERLANDS: [Holiday; 10] = [
    fixed(1, 1, "Nieuwjaarsdag"),
    easter(-2, "Goede Vrijdag").partly(),
    easter(1, "Tweede paasdag"),
    fixed(4, 30, "Koninginnedag").until(2013).shifts(DayBefore),
    fixed(4, 27, "Koningsdag").since(2014).shifts(DayBefore),
    fixed(5, 5, "Bevrijdingsdag").since(1990).every(5),
    easter(39, "Hemelvaartsdag"),
    easter(50, "Tweede pinksterdag"),
    fixed(12, 25, "Eerste kerstdag"),
    fixed(12, 26, "Tweede kerstdag"),
];

pub(super) const NORWAY: [Holiday; 12] = [
    fixed(1, 1, "Første nyttårsdag"),
    easter(-3, "Skjærtorsdag"),
    easter(-2, "Langfredag"),
    easter(1, "Andre påskedag"),
    fixed(5, 1, "Arbeidernes dag"),
    fixed(5, 17, "Grunnlovsdagen"),
    easter(39, "Kristi himmelfartsdag"),
    easter(50, "Andre pinsedag"),
    fixed(12, 24, "Julaften").partly(),
    fixed(12, 25, "Første juledag"),
    fixed(12, 26, "Andre juledag"),
    fixed(12, 31, "Nyttårsaften").partly(),
];

pub(super) const POLAND: [Holiday; 13] = [
    fixed(1, 1, "Nowy Rok"),
    fixed(1, 6, "Święto Trzech Króli").since(2011),
    easter(1, "Poniedziałek Wielkanocny"),
    fixed(5, 1, "Święto Państwowe"),
    fixed(5, 3, "Święto Narodowe Trzeciego Maja"),
    easter(60, "Boże Ciało"),
    fixed(8, 15, "Wniebowzięcie NMP"),
    fixed(11, 1, "Wszystkich Świętych"),
    fixed(11, 11, "Narodowe Święto Niepodległości"),
    once(2018, 11, 12, "Stulecie niepodległości"),
    fixed(12, 24, "Wigilia").since(2025),
    fixed(12, 25, "Boże Narodzenie"),
    fixed(12, 26, "Drugi dzień świąt"),
];

/// Four were abolished for the years 2013 to 2015.
pub(super) const PORTUGAL: [Holiday; 18] = [
    fixed(1, 1, "Ano Novo"),
    easter(-47, "Carnaval").partly(),
    easter(-2, "Sexta-feira Santa"),
    fixed(4, 25, "Dia da Liberdade"),
    fixed(5, 1, "Dia do Trabalhador"),
    easter(60, "Corpo de Deus").until(2012),
    easter(60, "Corpo de Deus").since(2016),
    fixed(6, 10, "Dia de Portugal"),
    fixed(8, 15, "Assunção"),
    fixed(10, 5, "Implantação da República").until(2012),
    fixed(10, 5, "Implantação da República").since(2016),
    fixed(11, 1, "Todos os Santos").until(2012),
    fixed(11, 1, "Todos os Santos").since(2016),
    fixed(12, 1, "Restauração da Independência").until(2012),
    fixed(12, 1, "Restauração da Independência").since(2016),
    fixed(12, 8, "Imaculada Conceição"),
    fixed(12, 24, "Véspera de Natal").partly(),
    fixed(12, 25, "Natal"),
];

/// The eves are no holidays by law; offices are closed on them all the same.
pub(super) const SWEDEN: [Holiday; 12] = [
    fixed(1, 1, "Nyårsdagen"),
    fixed(1, 6, "Trettondedag jul"),
    easter(-2, "Långfredagen"),
    easter(1, "Annandag påsk"),
    fixed(5, 1, "Första maj"),
    easter(39, "Kristi himmelsfärdsdag"),
    fixed(6, 6, "Nationaldagen"),
    from(6, 19, Friday, "Midsommarafton"),
    fixed(12, 24, "Julafton"),
    fixed(12, 25, "Juldagen"),
    fixed(12, 26, "Annandag jul"),
    fixed(12, 31, "Nyårsafton"),
];
