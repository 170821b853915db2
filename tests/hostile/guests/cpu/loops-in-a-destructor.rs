//! A backend whose rooms never let go of being let go.

use parlor_sdk::{
    Card, Identifier, Message, Recipient, Status,
    bindings::backend::{
        export,
        exports::parlor::chat::{
            backend::{Capabilities, Description, Guest, Markup, MucRoom},
            rooms::{self, GuestMucRoom},
        },
    },
    chat::Error,
    events,
};

struct Bad;
struct Room;

export!(Bad with_types_in parlor_sdk::bindings::backend);

impl Drop for Room {
    fn drop(&mut self) {
        hostile::for_ever()
    }
}

impl rooms::Guest for Bad {
    type MucRoom = Room;
}

impl GuestMucRoom for Room {
    fn network(&self) -> String {
        String::new()
    }
    fn name(&self) -> String {
        String::new()
    }
    fn join(&self, _: Option<String>, _: Option<String>) -> Result<(), Error> {
        Ok(())
    }
    fn leave(&self, _: Option<String>) -> Result<(), Error> {
        Ok(())
    }
    fn create(&self) -> Result<(), Error> {
        Ok(())
    }
    fn destroy(&self) -> Result<(), Error> {
        Ok(())
    }
    fn exists(&self) -> Result<bool, Error> {
        Ok(true)
    }
    fn joined(&self) -> bool {
        true
    }
    fn topic(&self) -> Result<Option<String>, Error> {
        Ok(None)
    }
    fn set_topic(&self, _: String) -> Result<(), Error> {
        Ok(())
    }
    fn occupants(&self) -> Result<Vec<Identifier>, Error> {
        Ok(Vec::new())
    }
    fn invite(&self, _: Vec<Identifier>) -> Result<(), Error> {
        Ok(())
    }
}

impl Guest for Bad {
    fn describe() -> Result<Description, String> {
        Ok(Description { mode: "bad".into(), can: Capabilities::ROOMS, markup: Markup::Plain })
    }
    fn connect() -> Result<(), Error> {
        events::connected(&hostile::service::person("@bad"));
        Ok(())
    }
    fn disconnect() -> Result<(), String> {
        Ok(())
    }
    fn bot_identifier() -> Option<Identifier> {
        None
    }
    fn build_identifier(text: String) -> Result<Identifier, Error> {
        Ok(hostile::service::person(text))
    }
    fn format_identifier(who: Identifier) -> Result<String, Error> {
        Ok(who.person)
    }
    fn message_limit(_: Recipient) -> u32 {
        0
    }
    fn send_message(_: Message) -> Result<(), Error> {
        Ok(())
    }
    fn send_card(_: Message, _: Card) -> Result<(), Error> {
        Ok(())
    }
    fn react(_: Message, _: String, _: bool) -> Result<(), Error> {
        Ok(())
    }
    fn build_reply(to: Message, _: String, _: bool, _: bool) -> Result<Message, Error> {
        Ok(to)
    }
    fn prefix_groupchat_reply(what: Message, _: Identifier) -> Result<Message, Error> {
        Ok(what)
    }
    fn change_presence(_: Status, _: Option<String>) -> Result<(), Error> {
        Ok(())
    }
    fn rooms() -> Result<Vec<MucRoom>, Error> {
        Ok(Vec::new())
    }
    fn query_room(_: String) -> Result<MucRoom, Error> {
        Ok(MucRoom::new(Room))
    }
    fn join_room(_: String, _: Option<String>, _: Option<String>) -> Result<MucRoom, Error> {
        Ok(MucRoom::new(Room))
    }
}
