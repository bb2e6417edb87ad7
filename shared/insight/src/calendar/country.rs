//! The countries whose holidays are known.

use std::{fmt, str::FromStr};

use super::{Holiday, americas, elsewhere, europe};

/// It is none of [`Country::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no holidays are known of the country {0}")]
pub struct UnknownCountry(pub String);

macro_rules! countries {
    ($($name:ident $code:literal $holidays:path, $what:literal;)+) => {
        /// A country whose holidays are known.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Country {
            $(#[doc = $what] $name,)+
        }

        impl Country {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code of two letters of ISO 3166.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            pub(super) fn holidays(self) -> &'static [Holiday] {
                match self {
                    $(Self::$name => &$holidays,)+
                }
            }
        }
    };
}

countries! {
    Austria "AT" europe::AUSTRIA, "Austria.";
    Australia "AU" elsewhere::AUSTRALIA, "Australia, what all states keep.";
    Belgium "BE" europe::BELGIUM, "Belgium.";
    Brazil "BR" americas::BRAZIL, "Brazil, with the days on which banks are closed.";
    Canada "CA" americas::CANADA, "Canada, what all or most provinces keep.";
    Switzerland "CH" europe::SWITZERLAND, "Switzerland, what nearly all cantons keep.";
    Germany "DE" europe::GERMANY, "Germany, what all states keep.";
    Denmark "DK" europe::DENMARK, "Denmark.";
    Spain "ES" europe::SPAIN, "Spain, what all regions keep.";
    Finland "FI" europe::FINLAND, "Finland.";
    France "FR" europe::FRANCE, "France.";
    Britain "GB" europe::BRITAIN, "England and Wales.";
    Ireland "IE" europe::IRELAND, "Ireland.";
    India "IN" elsewhere::INDIA, "India, only the days of the sun's calendar.";
    Italy "IT" europe::ITALY, "Italy.";
    Mexico "MX" americas::MEXICO, "Mexico.";
    Netherlands "NL" europe::NETHERLANDS, "The Netherlands.";
    Norway "NO" europe::NORWAY, "Norway.";
    NewZealand "NZ" elsewhere::NEW_ZEALAND, "New Zealand.";
    Poland "PL" europe::POLAND, "Poland.";
    Portugal "PT" europe::PORTUGAL, "Portugal.";
    Sweden "SE" europe::SWEDEN, "Sweden.";
    UnitedStates "US" americas::UNITED_STATES, "The United States, federal holidays.";
    SouthAfrica "ZA" elsewhere::SOUTH_AFRICA, "South Africa.";
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Country {
    type Err = UnknownCountry;

    fn from_str(code: &str) -> Result<Self, UnknownCountry> {
        let upper = code.to_ascii_uppercase();
        let found = Self::ALL.iter().copied().find(|country| country.code() == upper);
        found.ok_or_else(|| UnknownCountry(code.to_owned()))
    }
}
