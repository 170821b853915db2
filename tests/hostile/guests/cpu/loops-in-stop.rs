//! Never comes back from its goodbye.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_stop: attack }

fn attack() -> Handled {
    for_ever()
}
