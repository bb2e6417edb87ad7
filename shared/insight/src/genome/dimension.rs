//! What a signature is made of.

use serde::{Deserialize, Serialize};

/// One side of a client's profitability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Axis {
    /// What the work brings and costs.
    LabourEfficiency,
    /// What kind of revenue it is.
    ServiceMix,
    /// What is paid for a unit.
    Pricing,
    /// What the client asks of the desk.
    TicketLoad,
    /// What work and products leave.
    Margin,
    /// Whether what is used is charged.
    LicenceEfficiency,
    /// When the client pays.
    Payment,
    /// How much its months differ.
    Stability,
}

impl Axis {
    /// Every side.
    pub const ALL: [Self; 8] = [
        Self::LabourEfficiency,
        Self::ServiceMix,
        Self::Pricing,
        Self::TicketLoad,
        Self::Margin,
        Self::LicenceEfficiency,
        Self::Payment,
        Self::Stability,
    ];
}

/// What a value is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// The currency, for one hour.
    MoneyPerHour,
    /// The currency, for one user or endpoint and month.
    MoneyPerMonth,
    /// A part of 1.
    Share,
    /// A part of 1 in each year.
    SharePerYear,
    /// Tickets for one user or endpoint and month.
    TicketsPerMonth,
    /// Tickets for 1,000 of revenue.
    TicketsPerThousand,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

impl Unit {
    /// Whether values are amounts in the currency's smallest unit until they are shown.
    pub(super) const fn is_money(self) -> bool {
        matches!(self, Self::MoneyPerHour | Self::MoneyPerMonth)
    }
}

/// Which values of a dimension are good for the margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Better {
    /// High ones.
    Higher,
    /// Low ones.
    Lower,
    /// Neither by itself.
    Neither,
}

macro_rules! dimensions {
    ($($(#[$doc:meta])* $name:ident: $axis:ident, $unit:ident, $better:ident;)*) => {
        /// One figure of a signature.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Dimension {
            $($(#[$doc])* $name,)*
        }

        impl Dimension {
            /// Every dimension, in the order of a signature.
            pub const ALL: [Self; DIMENSIONS] = [$(Self::$name),*];

            /// The side that it belongs to.
            pub const fn axis(self) -> Axis {
                match self { $(Self::$name => Axis::$axis,)* }
            }

            /// What its values are counted in.
            pub const fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit,)* }
            }

            /// Which of its values are good for the margin.
            pub const fn better(self) -> Better {
                match self { $(Self::$name => Better::$better,)* }
            }
        }
    };
}

/// How many dimensions there are.
pub const DIMENSIONS: usize = 22;

dimensions! {
    /// Service revenue ÷ worked hours: what an hour of work brings.
    EffectiveRate: LabourEfficiency, MoneyPerHour, Higher;
    /// Labour cost ÷ revenue.
    LabourShare: LabourEfficiency, Share, Lower;
    /// Unbilled time ÷ worked time.
    UnbilledShare: LabourEfficiency, Share, Lower;
    /// What recurs ÷ revenue of the same months.
    RecurringShare: ServiceMix, Share, Higher;
    /// Product revenue ÷ revenue.
    ProductShare: ServiceMix, Share, Neither;
    /// Revenue ÷ users, by month, over the months in which they were counted.
    RevenuePerUser: Pricing, MoneyPerMonth, Higher;
    /// Revenue ÷ endpoints, by month, over the months in which they were counted.
    RevenuePerEndpoint: Pricing, MoneyPerMonth, Higher;
    /// Revenue ÷ worked hours.
    RevenuePerHour: Pricing, MoneyPerHour, Higher;
    /// (Revenue − product cost) ÷ worked hours.
    NetRate: Pricing, MoneyPerHour, Higher;
    /// Tickets ÷ users, by month.
    TicketsPerUser: TicketLoad, TicketsPerMonth, Lower;
    /// Tickets ÷ endpoints, by month.
    TicketsPerEndpoint: TicketLoad, TicketsPerMonth, Lower;
    /// Tickets for 1,000 of revenue.
    TicketsPerRevenue: TicketLoad, TicketsPerThousand, Lower;
    /// Worked hours ÷ tickets.
    HoursPerTicket: TicketLoad, Hours, Lower;
    /// (Service revenue − labour cost) ÷ service revenue.
    ServiceMargin: Margin, Share, Higher;
    /// (Product revenue − product cost) ÷ product revenue.
    ProductMargin: Margin, Share, Higher;
    /// Licences charged ÷ licences in use.
    LicencesBilled: LicenceEfficiency, Share, Higher;
    /// Days from an invoice to its money, weighted by the money.
    DaysToPay: Payment, Days, Lower;
    /// The part of the money that came by the day on which it was due.
    OnTimeShare: Payment, Share, Higher;
    /// Standard deviation of the months' revenue ÷ its mean.
    RevenueVariation: Stability, Share, Lower;
    /// Standard deviation of the months' gross margin ÷ mean revenue.
    MarginVariation: Stability, Share, Lower;
    /// Median slope of the months' revenue (Theil 1950, Sen 1968) in a year ÷ mean revenue.
    RevenueTrend: Stability, SharePerYear, Higher;
    /// Median slope of the months' gross margin in a year ÷ mean revenue.
    MarginTrend: Stability, SharePerYear, Higher;
}

impl Dimension {
    /// Its place in [`ALL`](Self::ALL).
    pub(super) const fn place(self) -> usize {
        self as usize
    }

    /// How many months it needs: six to tell how months differ, three for all else.
    pub const fn months_needed(self) -> usize {
        match self.axis() {
            Axis::Stability => 6,
            _ => 3,
        }
    }
}
