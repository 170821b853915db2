//! Never comes back from the news that a network is there.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_network: attack }

fn attack(_: &str, _: NetworkEvent) -> Handled {
    for_ever()
}
