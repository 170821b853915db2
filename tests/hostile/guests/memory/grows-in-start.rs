//! Takes all memory before it has started.

use std::{hint::black_box, mem};

use parlor_sdk::prelude::*;

bot! { on_start: attack }

fn attack() -> Handled {
    loop {
        mem::forget(black_box(vec![1_u8; 1 << 20]));
    }
}
