//! Takes back timers and requests that it never made.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    for number in 0..20_000 {
        Timer(number).cancel();
        fetch::cancel(number);
    }
    told("all of them")
}
