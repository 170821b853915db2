//! Computes for as long as it may. Four of them have two processors to share, with their neighbour.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    hostile::for_ever()
}
