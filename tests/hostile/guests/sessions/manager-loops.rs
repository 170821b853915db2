//! A service manager that never says where it is.

use parlor_sdk::coweb::prelude::*;

manager! { manager: Bad }

struct Bad;

impl Manager for Bad {
    fn start() -> Result<Self, String> {
        Ok(Self)
    }

    fn connection_info(&mut self) -> Result<String, String> {
        hostile::for_ever()
    }

    fn manager_id(&mut self) -> Result<String, String> {
        Ok("component".into())
    }

    fn on_shutdown_request(&mut self, _: &str) -> Result<BotMessage, String> {
        Ok(Vec::new())
    }

    fn on_user_request(&mut self, _: &str, _: &str, _: &str, _: &str) -> Result<BotMessage, String> {
        Ok(Vec::new())
    }

    fn on_user_subscribe(&mut self, _: &str, _: &str) -> Result<BotMessage, String> {
        Ok(Vec::new())
    }

    fn on_user_unsubscribe(&mut self, _: &str, _: &str) -> Result<BotMessage, String> {
        Ok(Vec::new())
    }

    fn on_user_sync(&mut self, _: &str, _: &str, _: &str) -> Result<BotMessage, String> {
        Ok(Vec::new())
    }

    fn send_message(&mut self, _: &str, _: BotMessage, _: &[u8]) -> Handled {
        Ok(())
    }
}
