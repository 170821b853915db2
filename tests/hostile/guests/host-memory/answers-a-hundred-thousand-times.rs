//! Answers one question more often than anybody reads.

use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    Ok(vec!["told: again".to_owned(); 50_000].into())
}
