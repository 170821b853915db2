//! One message to many clients, written once for each style of channel that they listen on.

use std::sync::Arc;

use serde::Serialize;

use super::channels::{RosterStyle, SyncKind, SyncStyle, roster_channel, sync_channel};
use crate::coweb::bayeux::Delivery;

/// What a client listens to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hears {
    /// Applications' events.
    pub app: Option<SyncStyle>,
    /// Engines' events.
    pub engine: Option<SyncStyle>,
    /// Who comes and goes.
    pub roster: Option<RosterStyle>,
    /// Where everybody is sent.
    pub admin: bool,
}

/// A message to everybody.
pub(super) struct Broadcast<'a> {
    id: &'a str,
    what: What,
    data: String,
    written: [Option<Delivery>; 3],
}

#[derive(Clone, Copy)]
enum What {
    Sync(SyncKind),
    Roster { available: bool },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Somebody<'a> {
    site_id: u32,
    username: &'a str,
}

impl<'a> Broadcast<'a> {
    /// An event; `data` is a JSON object.
    pub fn sync(id: &'a Arc<str>, kind: SyncKind, data: String) -> Self {
        Self { id, what: What::Sync(kind), data, written: [const { None }; 3] }
    }

    /// Somebody has come or gone.
    pub fn roster(id: &'a Arc<str>, available: bool, site: u32, user: &str) -> Self {
        // Text and numbers can always be written.
        let data = serde_json::to_string(&Somebody { site_id: site, username: user }).unwrap_or_default();
        Self { id, what: What::Roster { available }, data, written: [const { None }; 3] }
    }

    /// The message in a client's own style; none if it does not listen.
    pub fn for_those_who(&mut self, hear: Hears) -> Option<Delivery> {
        let (at, channel): (usize, &dyn Fn(&str) -> String) = match self.what {
            What::Sync(kind) => {
                let style = match kind {
                    SyncKind::App => hear.app,
                    SyncKind::Engine => hear.engine,
                }?;
                (style as usize, &move |id| sync_channel(id, style, kind))
            }
            What::Roster { available } => {
                let style: RosterStyle = hear.roster?;
                (style as usize, &move |id| roster_channel(id, style, available))
            }
        };
        let written = self.written.get_mut(at)?;
        Some(written.get_or_insert_with(|| Delivery::written(&channel(self.id), &self.data)).clone())
    }
}

const _: () = assert!(SyncStyle::Named as usize == 2 && RosterStyle::Named as usize == 2);
