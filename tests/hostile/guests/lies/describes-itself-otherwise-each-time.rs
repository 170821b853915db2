//! Has other commands each time that it is asked, and ends after each.

use parlor_sdk::{
    Handled, Store,
    bindings::{
        bot::{
            export,
            exports::parlor::chat::bot::{Command, Description, Guest},
        },
        command_handler::exports::parlor::chat::command_handler as handler,
    },
};

struct Bad;

export!(Bad with_types_in parlor_sdk::bindings::bot);
parlor_sdk::bindings::command_handler::export!(Bad with_types_in parlor_sdk::bindings::command_handler);

impl Guest for Bad {
    fn describe() -> Result<Description, String> {
        let time = Store::open()?.increment("times", 1)?;
        let other = format!("command-{time}");
        let command = |name: &str| Command {
            name: name.into(),
            summary: String::new(),
            usage: String::new(),
            admin_only: false,
            hidden: false,
        };
        let commands = [&*other, "attack", "echo"].map(command).to_vec();
        Ok(Description { name: other, version: String::new(), summary: String::new(), commands })
    }

    fn start() -> Handled {
        Ok(())
    }

    fn stop() -> Handled {
        Ok(())
    }
}

impl handler::Guest for Bad {
    fn on_command(_: parlor_sdk::Invocation) -> Result<Vec<String>, String> {
        std::process::abort()
    }
}
