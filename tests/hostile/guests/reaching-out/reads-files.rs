//! Reads what is on the machine.

use hostile::told;
use parlor_sdk::prelude::*;

bot! { commands: [command("attack", attack)] }

fn attack(_: &Invocation) -> Reply {
    let found = ["/", ".", "/etc/passwd", "/proc/self/environ", "../../.."];
    let found = found.iter().filter(|path| std::fs::read_dir(path).is_ok() || std::fs::read(path).is_ok());
    let written = std::fs::write("/tmp/hostile", "x").is_ok();
    told(format!("{} and {written}", found.count()))
}
