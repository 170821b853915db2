//! Where a line waits, and behind which others.

/// The lines of one lane keep their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lane {
    /// The room or nick that they are for, in small letters; empty for those that are for the server.
    pub target: String,
    /// Who asked for them, in small letters; none where nobody did.
    pub asker: Option<String>,
}

impl Lane {
    /// What is for the server itself.
    pub fn server() -> Self {
        Self::default()
    }
}
