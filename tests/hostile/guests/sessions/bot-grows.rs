//! A service bot that takes memory until there is no more.

use parlor_sdk::coweb::prelude::*;

service_bot! { bot: Bad }

struct Bad;

impl ServiceBot for Bad {
    fn start(_: &str, _: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn on_request(&mut self, _: &str, token: Token, _: &str) -> Handled {
        drop(token);
        loop {
            std::mem::forget(std::hint::black_box(vec![1_u8; 1 << 20]));
        }
    }
}
