//! A bot that exports every handler there is for chat, and logs what it hears, a line each.

use parlor_sdk::prelude::*;

bot! {
    summary: "hears everything",
    on_start: || { log::info("start"); Ok(()) },
    on_stop: || { log::info("stop"); Ok(()) },
    on_message: |message| heard("message", message),
    on_mention: |message| heard("mention", message),
    on_network: network,
    on_presence: |presence| { log::info(format!("presence {} {:?}", presence.who.name(), presence.status)); Ok(()) },
    on_reaction: reaction,
    on_room: room,
}

fn heard(what: &str, message: &Message) -> Handled {
    let place = message.room().unwrap_or("direct");
    log::info(format!("{what} {place} {}: {}", message.sender.name(), message.body));
    Ok(())
}

fn network(network: &str, event: NetworkEvent) -> Handled {
    log::info(match event {
        NetworkEvent::Connected => format!("connected {network}"),
        NetworkEvent::Disconnected(reason) => format!("disconnected {network}: {reason}"),
    });
    Ok(())
}

fn reaction(reaction: &Reaction) -> Handled {
    let Reaction { who, name, added, message_id, .. } = reaction;
    log::info(format!("reaction {}{name} by {} to {message_id}", if *added { "+" } else { "-" }, who.name()));
    Ok(())
}

fn room(_: &str, room: &str, event: RoomEvent) -> Handled {
    log::info(match event {
        RoomEvent::Joined(who) => format!("joined {room} {}", who.name()),
        RoomEvent::Left(who) => format!("left {room} {}", who.name()),
        RoomEvent::Renamed(Renaming { before, after }) => {
            format!("renamed {room} {} {}", before.name(), after.name())
        }
        RoomEvent::Topic(topic) => format!("topic {room} {}", topic.as_deref().unwrap_or("none")),
        RoomEvent::Invited(by) => format!("invited {room} {}", by.name()),
    });
    Ok(())
}
