//! Never comes back from being named.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_mention: attack }

fn attack(_: &Message) -> Handled {
    for_ever()
}
