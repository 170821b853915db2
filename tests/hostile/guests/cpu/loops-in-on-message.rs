//! Never comes back from what somebody says.

use hostile::for_ever;
use parlor_sdk::prelude::*;

bot! { on_message: attack }

fn attack(_: &Message) -> Handled {
    for_ever()
}
