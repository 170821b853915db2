//! One behaviour that the contract demands, and how it is tried.

use futures_util::future::BoxFuture;

use super::trial::Trial;

/// A behaviour.
#[derive(Clone, Copy)]
pub struct Behaviour {
    /// What holds, as a sentence about the extension.
    pub name: &'static str,
    /// Shows whether it does, with a new instance.
    pub run: for<'a> fn(&'a mut Trial) -> BoxFuture<'a, Check>,
}

/// What came of a trial.
pub type Check = Result<(), Seen>;

/// Why a behaviour was not shown to hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// It does not: what was seen.
    Wrong(String),
    /// It could not be tried: what is missing.
    Untried(String),
}

impl Seen {
    /// What was seen, with what was being done before it.
    pub fn when(self, doing: impl std::fmt::Display) -> Self {
        match self {
            Self::Wrong(words) => Self::Wrong(format!("{doing}: {words}")),
            untried @ Self::Untried(_) => untried,
        }
    }
}

/// What another behaviour shows, and this one needs first.
pub trait Needed<T> {
    /// Where it does not hold, this one cannot be tried: `words` say why.
    fn needed(self, words: &str) -> Result<T, Seen>;
}

impl<T> Needed<T> for Result<T, Seen> {
    fn needed(self, words: &str) -> Self {
        self.map_err(|seen| match seen {
            Seen::Wrong(_) => Seen::Untried(words.to_owned()),
            untried @ Seen::Untried(_) => untried,
        })
    }
}

impl From<String> for Seen {
    fn from(words: String) -> Self {
        Self::Wrong(words)
    }
}

/// A list of behaviours: `"sentence" => function`.
macro_rules! behaviours {
    ($($name:literal => $run:path),* $(,)?) => {
        /// What is demanded, in the order of the contract.
        pub const BEHAVIOURS: &[$crate::conform::behaviour::Behaviour] = &[
            $($crate::conform::behaviour::Behaviour { name: $name, run: |trial| Box::pin($run(trial)) }),*
        ];
    };
}

/// Ends the trial with what was seen, unless this is so.
macro_rules! demand {
    ($so:expr, $($words:tt)*) => {
        if !$so {
            return Err($crate::conform::behaviour::Seen::Wrong(format!($($words)*)));
        }
    };
}

pub(super) use behaviours;
pub(super) use demand;
