//! Never says what it is.

use parlor_sdk::{
    Handled,
    bindings::bot::{
        export,
        exports::parlor::chat::bot::{Description, Guest},
    },
};

struct Bad;

export!(Bad with_types_in parlor_sdk::bindings::bot);

impl Guest for Bad {
    fn describe() -> Result<Description, String> {
        hostile::for_ever()
    }

    fn start() -> Handled {
        Ok(())
    }

    fn stop() -> Handled {
        Ok(())
    }
}
