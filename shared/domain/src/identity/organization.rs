//! An organisation and its settings.

use std::str::FromStr;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::{
    id::OrgId,
    identity::{InvalidIdentity, Name},
    money::Currency,
};

/// An organisation: the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Our id.
    pub id: OrgId,
    /// Its name.
    pub name: Name,
    /// Its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<DomainName>,
    /// What it has subscribed to.
    #[serde(default)]
    pub plan: Plan,
    /// The currency of its books; every sum is in it.
    pub currency: Currency,
    /// Where its days begin.
    pub time_zone: TimeZoneName,
    /// The month that its fiscal year begins with, 1 to 12.
    #[serde(default = "january")]
    pub fiscal_year_start_month: i8,
    /// When it works; empty for round the clock.
    #[serde(default)]
    pub business_hours: Vec<BusinessHours>,
    /// Days on which it does not.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// How many of its people are active owners: never none.
    #[serde(default = "one")]
    pub owners: u32,
    /// When it registered.
    pub created_at: Timestamp,
    /// When everything of it will be removed, if somebody asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<Timestamp>,
    /// Where its data was written before it is removed: a key in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_key: Option<String>,
}

impl Organization {
    /// How long a deleted organisation can still be kept.
    pub const GRACE: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// One that registers now, with one owner and no settings yet.
    pub fn new(
        id: OrgId,
        name: Name,
        currency: Currency,
        time_zone: TimeZoneName,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            domain: None,
            plan: Plan::default(),
            currency,
            time_zone,
            fiscal_year_start_month: january(),
            business_hours: Vec::new(),
            holidays: Vec::new(),
            owners: one(),
            created_at: now,
            purge_at: None,
            export_key: None,
        }
    }
}

fn january() -> i8 {
    1
}

fn one() -> u32 {
    1
}

/// What an organisation has subscribed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// It tries the product.
    #[default]
    Trial,
    /// It pays for it.
    Standard,
}

impl Plan {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Standard => "standard",
        }
    }
}

/// The hours of a day of the week in which work is done, on the organisation's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HoursText", into = "HoursText")]
pub struct BusinessHours {
    /// The day.
    pub day: Weekday,
    /// When work begins.
    pub from: Time,
    /// When it ends; later the same day.
    pub to: Time,
}

/// Hours of a day of the week as JSON has them: `{"day": "monday", "from": "09:00", "to": "17:00"}`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HoursText {
    day: DayName,
    from: String,
    to: String,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const WEEK: [(DayName, Weekday); 7] = [
    (DayName::Monday, Weekday::Monday),
    (DayName::Tuesday, Weekday::Tuesday),
    (DayName::Wednesday, Weekday::Wednesday),
    (DayName::Thursday, Weekday::Thursday),
    (DayName::Friday, Weekday::Friday),
    (DayName::Saturday, Weekday::Saturday),
    (DayName::Sunday, Weekday::Sunday),
];

impl HoursText {
    /// The text for a day, and the times that its hours begin and end at.
    pub(crate) fn new(day: Weekday, from: Time, to: Time) -> Self {
        let day = WEEK.iter().find(|(_, weekday)| *weekday == day);
        Self {
            day: day.map_or(DayName::Monday, |(name, _)| *name),
            from: from.strftime("%H:%M").to_string(),
            to: to.strftime("%H:%M").to_string(),
        }
    }

    /// The day, and the times that its hours begin and end at, in whatever order.
    pub(crate) fn read(&self) -> Result<(Weekday, Time, Time), InvalidIdentity> {
        let time = |text: &str| {
            let whole = text.len() == 5;
            let time = text.parse::<Time>().ok().filter(|_| whole);
            time.ok_or(InvalidIdentity::BusinessHours)
        };
        let day = WEEK.iter().find(|(name, _)| *name == self.day);
        let (_, day) = day.ok_or(InvalidIdentity::BusinessHours)?;
        Ok((*day, time(&self.from)?, time(&self.to)?))
    }
}

impl TryFrom<HoursText> for BusinessHours {
    type Error = InvalidIdentity;

    fn try_from(text: HoursText) -> Result<Self, InvalidIdentity> {
        let (day, from, to) = text.read()?;
        if from < to { Ok(Self { day, from, to }) } else { Err(InvalidIdentity::BusinessHours) }
    }
}

impl From<BusinessHours> for HoursText {
    fn from(hours: BusinessHours) -> Self {
        Self::new(hours.day, hours.from, hours.to)
    }
}

/// A day on which no work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// What it is called.
    pub name: Name,
}

/// A domain name, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

impl DomainName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DomainName {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let text = text.trim().to_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(|char| char.is_alphanumeric() || char == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let fits = text.len() <= 253 && text.contains('.') && text.split('.').all(label);
        if fits { Ok(Self(text)) } else { Err(InvalidIdentity::Domain) }
    }
}

/// A time zone of the IANA database, as the database spells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZoneName(String);

impl TimeZoneName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone of that name; an error only if the database has dropped the name since.
    pub fn zone(&self) -> Result<TimeZone, InvalidIdentity> {
        TimeZone::get(&self.0).map_err(|_| InvalidIdentity::TimeZone)
    }
}

impl Default for TimeZoneName {
    /// UTC.
    fn default() -> Self {
        Self("UTC".to_owned())
    }
}

impl FromStr for TimeZoneName {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let zone = TimeZone::get(text).ok();
        let name = zone.as_ref().and_then(TimeZone::iana_name).map(str::to_owned);
        name.map(Self).ok_or(InvalidIdentity::TimeZone)
    }
}

as_text!(DomainName, TimeZoneName);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_zone_is_known_by_its_name() {
        let zone: TimeZoneName = "america/new_york".parse().unwrap();
        assert_eq!(zone.as_str(), "America/New_York");
        for text in ["", "Mars/Olympus", "../etc/passwd"] {
            assert_eq!(text.parse::<TimeZoneName>(), Err(InvalidIdentity::TimeZone), "{text}");
        }
    }

    #[test]
    fn hours_read_and_write_as_people_say_them() {
        let text = json!({"day": "tuesday", "from": "08:30", "to": "17:00"});
        let hours: BusinessHours = serde_json::from_value(text.clone()).unwrap();
        assert_eq!((hours.day, serde_json::to_value(hours).unwrap()), (Weekday::Tuesday, text));
        for (from, to) in [("17:00", "08:30"), ("08:30", "08:30"), ("8", "9"), ("08:30", "24:00")] {
            let text = json!({"day": "monday", "from": from, "to": to});
            assert!(serde_json::from_value::<BusinessHours>(text).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn a_domain_has_labels_with_dots_between() {
        assert_eq!("TechWave.COM".parse::<DomainName>().unwrap().as_str(), "techwave.com");
        for text in ["", "techwave", "a..b", "-a.com", "a-.com", "a b.com", "https://a.com"] {
            assert!(text.parse::<DomainName>().is_err(), "{text}");
        }
    }
}
