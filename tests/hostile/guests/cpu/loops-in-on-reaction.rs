//! Never comes back from a mark.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_reaction: attack }

fn attack(_: &Reaction) -> Handled {
    for_ever()
}
