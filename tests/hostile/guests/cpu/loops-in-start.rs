//! Never comes back from its start.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_start: attack }

fn attack() -> Handled {
    for_ever()
}
