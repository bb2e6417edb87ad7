//! Sums that move by adding: a struct of whole numbers, each stored under a short name.

/// Declares the struct, with its sum, its difference and its short names.
macro_rules! counters {
    (
        $(#[$outer:meta])*
        pub struct $type:ident;

        $($(#[$doc:meta])* $name:ident: $short:literal,)*
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(default)]
        pub struct $type {
            $($(#[$doc])*
            #[serde(rename = $short, skip_serializing_if = "crate::counters::is_zero")]
            pub $name: i64,)*
        }

        impl $type {
            /// The sum.
            #[must_use]
            pub fn plus(self, other: Self) -> Self {
                Self { $($name: self.$name + other.$name),* }
            }

            /// The difference.
            #[must_use]
            pub fn minus(self, other: Self) -> Self {
                Self { $($name: self.$name - other.$name),* }
            }

            /// The counters under those short names; others are passed over.
            pub fn from_named<'a>(named: impl Iterator<Item = (&'a str, i64)>) -> Self {
                let mut counters = Self::default();
                for (name, value) in named {
                    match name {
                        $($short => counters.$name = value,)*
                        _ => {}
                    }
                }
                counters
            }

            /// Each counter that is not zero, under its short name.
            pub fn non_zero(self) -> impl Iterator<Item = (&'static str, i64)> {
                [$(($short, self.$name)),*].into_iter().filter(|(_, value)| *value != 0)
            }

            /// Whether nothing is summed here.
            pub fn is_zero(self) -> bool {
                self == Self::default()
            }
        }
    };
}

pub(crate) use counters;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(crate) fn is_zero(value: &i64) -> bool {
    *value == 0
}
