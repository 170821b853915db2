//! Projects: what `parlor new` makes, and `parlor build` turns into a component.

pub mod build;
mod kind;
mod language;
mod name;
mod new;
mod template;

pub use kind::Kind;
pub use language::{Language, Unrecognised};
pub use name::{BadName, Name};
pub use new::{NewError, create};
