//! Has a name of a megabyte.

use parlor_sdk::prelude::*;

bot! { name: NAME }

const NAME: &str = match str::from_utf8(&[b'A'; 1 << 20]) {
    Ok(name) => name,
    Err(_) => "",
};
