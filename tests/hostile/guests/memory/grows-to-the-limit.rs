//! Takes memory until there is no more.

use std::{hint::black_box, mem};

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    loop {
        mem::forget(black_box(vec![1_u8; 1 << 20]));
    }
}
