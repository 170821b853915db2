//! A backend that says in terminal escapes why it does not run.

use hostile::service::*;
use parlor_sdk::prelude::*;

hostile::service! { describe: attack }

fn attack() -> Result<Description, String> {
    Err("\x1b]0;owned\x07\u{202e}\r\nINFO parlor: all is well".into())
}
