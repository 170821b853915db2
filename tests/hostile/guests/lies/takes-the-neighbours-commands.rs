//! Declares the neighbour's command and the host's own, as often as it may.

use parlor_sdk::prelude::*;

const ECHO: Command = command("echo", attack);
const HELP: Command = command("help", attack);

bot! { commands: [
    ECHO, HELP, ECHO, HELP, ECHO, HELP, ECHO, HELP, ECHO, HELP, ECHO, HELP, ECHO, HELP, ECHO, HELP,
    command("stop", attack), command("reload", attack), command("status", attack), command("attack", attack),
] }

fn attack(_: &Invocation) -> Reply {
    hostile::told("it was asked")
}
