//! Never comes back from the news that somebody is away.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_presence: attack }

fn attack(_: &Presence) -> Handled {
    for_ever()
}
