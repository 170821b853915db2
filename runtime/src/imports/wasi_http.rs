//! `wasi:http/outgoing-handler`: HTTP requests whose answers the extension waits for. The same client, grants and
//! limits as for `fetch`.

use std::{cell::OnceCell, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use tracing::Level;
use wasmtime::component::Linker;
use wasmtime_wasi_http::{
    ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
    WasiHttpView,
};

use super::{
    error::Error,
    http_client::{HttpClient, HttpLimits, Patience, is_hosts_own},
    logging::Log,
    state::{Common, State},
};

/// How large a guest's `fields` may be, in bytes, those of the table that they are in among them: it may hold as many of
/// them as it may hold handles.
const LARGEST_FIELDS: usize = 32 << 10;
/// The largest piece of a body that waits to be sent, in bytes; of a request that is not sent yet as well.
const LARGEST_PIECE: usize = 32 << 10;

/// The HTTP side of one instance.
pub struct Http {
    context: WasiHttpCtx,
    outgoing: Outgoing,
}

/// Sends an instance's requests.
struct Outgoing {
    common: Arc<Common>,
    /// Made when it is first needed, which for most extensions is never.
    client: OnceCell<HttpClient>,
}

impl Http {
    /// Of a new instance.
    pub fn new(common: Arc<Common>) -> Self {
        let mut context = WasiHttpCtx::new();
        context.set_field_size_limit(LARGEST_FIELDS);
        Self { context, outgoing: Outgoing { common, client: OnceCell::new() } }
    }

    /// The client that sends its requests.
    pub fn client(&self) -> &HttpClient {
        self.outgoing.client()
    }
}

impl Outgoing {
    fn client(&self) -> &HttpClient {
        self.client.get_or_init(|| {
            let Common { dialer, grants, limits, .. } = &*self.common;
            let limits = HttpLimits { at_once: limits.fetches as usize, largest: limits.fetch_bytes };
            HttpClient::new(dialer.clone(), Arc::clone(grants), limits)
        })
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let Http { context, outgoing } = &mut self.http;
        WasiHttpCtxView { ctx: context, table: &mut self.table, hooks: outgoing }
    }
}

/// As `wasmtime-wasi-http` wants it: the head, and a second future for whoever drives the connection, which is not
/// the extension here.
type Sent = wasmtime_wasi_http::Result<(Response<WasiBody>, Done)>;
type Done = Box<dyn Future<Output = wasmtime_wasi_http::Result<()>> + Send>;

impl WasiHttpHooks for Outgoing {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_hosts_own)
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        LARGEST_PIECE
    }

    fn set_host_header(&mut self) -> bool {
        // The client does, in the URL's normal form.
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Done,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let (sends, receives) = (Arc::clone(&self.common), Arc::clone(&self.common));
        let request = request.map(|body| {
            let body = body.map_frame(move |frame| {
                sends.traffic.sends(frame.data_ref().map_or(0, Bytes::len));
                frame
            });
            body.map_err(Into::into).boxed_unsync()
        });
        let begun = self.client().send(request, patience(options.unwrap_or_default()));
        let log = self.common.log.clone();
        Box::new(async move {
            let answer = match begun {
                Ok(answer) => answer.await,
                Err(error) => Err(error),
            };
            let response = answer.map_err(|error| told(&log, error))?;
            let response = response.map(|body| {
                let body = body.map_frame(move |frame| {
                    receives.traffic.receives(frame.data_ref().map_or(0, Bytes::len));
                    frame
                });
                body.map_err(move |error| told(&log, error)).boxed_unsync()
            });
            Ok((response, Box::new(async { Ok(()) }) as Done))
        })
    }
}

fn patience(options: RequestOptions) -> Patience {
    let most = Patience::default();
    let connect = options.connect_timeout.unwrap_or(Duration::ZERO);
    Patience {
        // A connection may have been there before; where not, making it is part of the wait.
        head: options.first_byte_timeout.map_or(most.head, |first| first.saturating_add(connect)),
        pause: options.between_bytes_timeout.unwrap_or(most.pause),
        whole: most.whole,
    }
}

/// What the extension hears of an error. WASI's codes have few words: the log hears the rest.
fn told(log: &Log, error: Error) -> wasmtime_wasi_http::Error {
    use wasmtime_wasi_http::Error as Code;
    let code = match &error {
        Error::Denied(denial) => {
            log.denied("denied", &denial.to_string());
            return Code::HttpRequestDenied;
        }
        Error::Unreachable(_) => Code::DestinationUnavailable,
        Error::Tls(_) => Code::TlsCertificateError,
        Error::Full => Code::ConnectionLimitReached,
        Error::Closed => Code::ConnectionTerminated,
        Error::Other(words) => Code::InternalError(Some(words.clone())),
    };
    log.line(Level::WARN, "http", &error.to_string());
    code
}

pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)
}
