//! Stages: what is read of a source, one after the other.

/// The text names no stage of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stage of this source")]
pub struct UnknownStage;

/// Declares an enum of stages with its names and its order.
macro_rules! stages {
    ($(#[$doc:meta])* $name:ident { $($(#[$stage_doc:meta])* $stage:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$stage_doc])* $stage,)*
        }

        impl $name {
            /// Every stage, in the order to read them.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$stage),*];

            /// The name in runs, counts and failures.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$stage => $text,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::stage::UnknownStage;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut stages = Self::ALL.into_iter();
                stages.find(|stage| stage.as_str() == text).ok_or(crate::stage::UnknownStage)
            }
        }
    };
}
pub(crate) use stages;
