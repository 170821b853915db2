//! A launcher that lets bots in by tokens which it guesses, under names of a kilobyte, without end.

use parlor_sdk::coweb::prelude::*;

launcher! { launcher: Bad }

struct Bad;

impl Launcher for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn start_service(&mut self, service: &str, _: &str, _: &ManagerInfo, _: &str) -> Result<(), LaunchError> {
        let long = "\x1b[2J".repeat(200);
        for number in 0..2_000 {
            let token = format!("{number:032x}");
            let _ = bridge::auth_bot(service, &token, &[]);
            let _ = bridge::auth_bot(&long, &token, &[]);
            let _ = bridge::on_bot_response(service, &token, "1");
            let _ = bridge::on_bot_publish(&long, "1");
            let _ = bridge::mark_bot_subscribed(&long);
        }
        Err(LaunchError::Failed("no \x1b[2J\u{202e}".repeat(100_000)))
    }

    fn stop_service(&mut self, _: &str, _: &ManagerInfo) -> Handled {
        Ok(())
    }

    fn stop_all_services(&mut self, _: &ManagerInfo) -> Handled {
        Ok(())
    }
}
