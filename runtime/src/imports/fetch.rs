//! `parlor:host/fetch`: HTTP requests whose answers call the extension.

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use tokio_util::task::AbortOnDropHandle;
use wasmtime::component::{HasSelf, Linker};

use super::{
    bindings::host::parlor::host::{fetch, net},
    error::Error,
    http_client::{Answer, Fetch},
    state::State,
};
use crate::sandbox::{Call, Class};

/// The requests of one instance that are under way. They end with it.
#[derive(Default)]
pub struct Fetches {
    under_way: HashMap<u32, AbortOnDropHandle<()>>,
}

impl Fetches {
    /// Bytes that the host keeps for them, counted roughly: a task and a socket each. Their answers are bounded
    /// (`fetch-bytes`), and handed over whole.
    pub(super) fn held(&self) -> usize {
        self.under_way.len() * (16 << 10)
    }
}

impl State {
    fn begin_fetch(&mut self, what: fetch::Request) -> Result<u32, Error> {
        if self.fetches.under_way.len() >= self.common.limits.fetches as usize {
            return Err(Error::Full);
        }
        let request = Fetch {
            method: what.method,
            url: what.url,
            headers: what.headers,
            body: Bytes::from(what.body),
            timeout: Duration::from_millis(what.timeout),
        };
        self.common.traffic.sends(request.body.len());
        let answer = self.http.client().fetch(request, &self.common.services.secrets)?;
        let number = self.common.number();
        let mailbox = self.mailbox.clone();
        // While it is under way, so is whatever asked for it: the program waits for it before it stops.
        let under_way = mailbox.under_way().token();
        let task = tokio::spawn(async move {
            let answer = answer.await;
            let call: Call<State> = Box::new(move |live| {
                Box::pin(async move {
                    let state = live.store.data_mut();
                    // Cancelled since, or asked for by an instance that is gone.
                    let known = state.fetches.under_way.remove(&number).is_some();
                    let Some(handler) = state.handlers.fetch.clone().filter(|_| known) else {
                        return Ok(());
                    };
                    if let Ok(answer) = &answer {
                        state.common.traffic.receives(answer.body.len());
                    }
                    let answer = answer.map(fetch::Response::from).map_err(|error| state.refusal(error));
                    let heard = handler.call_on_response(&mut live.store, number, answer.as_ref()).await?;
                    if let Err(words) = heard {
                        live.store.data().common.log.failed("on-response", &words);
                    }
                    Ok(())
                })
            });
            // Nobody is there to hear it.
            let _ = mailbox.push(Class::Own, call);
            drop(under_way);
        });
        self.fetches.under_way.insert(number, AbortOnDropHandle::new(task));
        Ok(number)
    }
}

impl From<Answer> for fetch::Response {
    fn from(answer: Answer) -> Self {
        Self { status: answer.status, headers: answer.headers, body: answer.body.into() }
    }
}

impl fetch::Host for State {
    fn send(&mut self, what: fetch::Request) -> wasmtime::Result<Result<u32, net::Error>> {
        let begun = self.begin_fetch(what);
        Ok(begun.map_err(|error| self.refusal(error)))
    }

    fn cancel(&mut self, what: u32) -> wasmtime::Result<()> {
        self.fetches.under_way.remove(&what);
        Ok(())
    }
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    fetch::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}
