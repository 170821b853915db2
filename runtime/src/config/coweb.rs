//! `[coweb]`: a server of sessions, and the managers that it asks.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Extension, Kind,
    document::{self, Draft},
    examples,
    nearest::did_you_mean,
    reader::Table,
    report::Report,
    secret::{Secret, SecretSource},
};
use crate::{
    coweb::{
        Settings,
        managers::DEADLINE,
        settings::{Paths, TlsFiles},
    },
    sandbox::limits::Limits,
    shipped,
};

/// A configured server of sessions.
#[derive(Clone, Debug)]
pub struct Coweb {
    /// How it is set up; its secret is not loaded.
    pub settings: Settings,
    /// The managers that it asks, by their keys in the table.
    pub managers: BTreeMap<String, Extension>,
    /// What starts service bots; none if there are no services.
    pub launcher: Option<Extension>,
    /// What speaks with them; none if there are no services.
    pub manager: Option<Extension>,
    /// Whether the launcher is Parlor's own, for want of another: it starts what is configured here and nothing else.
    pub default_launcher: bool,
    /// Service bots that are components, by service.
    pub services: BTreeMap<String, Extension>,
    /// Services whose bots stop when nobody uses them any more.
    pub stop_unused: Vec<String>,
    /// Where the secret is that cookies are signed with.
    pub cookie_secret: Option<Secret>,
}

/// The managers of a server, and the shipped component of each that serves where none is configured.
const MANAGERS: [(Kind, &str, &str); 3] = [
    (Kind::Auth, "auth", "public-auth"),
    (Kind::Access, "access", "public-access"),
    (Kind::Updater, "updater", "exact-updater"),
];

/// What runs the service bots of each session, likewise.
const CREW: [(Kind, &str, &str); 2] =
    [(Kind::Launcher, "launcher", "component-launcher"), (Kind::Manager, "manager", "component-manager")];

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_hours(1);

/// Reads the table. What its extensions refer to is checked by the caller. `serving` are the services that bots are as
/// well.
pub(super) fn read(mut table: Table<'_, '_>, limits: &Limits, serving: &[&str]) -> (Coweb, Vec<Draft>) {
    let report = table.report();
    let mut settings = Settings::default();
    if let Some((_, listen)) = table.get::<SocketAddr>("listen") {
        settings.listen = listen;
    }
    settings.folder = table
        .get::<PathBuf>("static")
        .map(|(span, path)| document::existing("directory", Path::is_dir, span, path, report));
    settings.paths = paths(&mut table);
    settings.tls = table.table("tls").and_then(tls);
    if let Some((span, origins)) = table.get::<Vec<String>>("origins") {
        for origin in &origins {
            if !is_origin(origin) {
                let message =
                    format!("`{origin}` is no origin: scheme, host and port, and nothing after them");
                report.add(span.clone(), message, examples::remedy("origins"));
            }
        }
        settings.origins = origins;
    }
    if let Some(time) = duration(&mut table, "idle-timeout") {
        settings.manners.idle = time;
        settings.manners.hold = settings.manners.hold.min(time / 2);
    }
    if let Some(time) = duration(&mut table, "grace") {
        settings.manners.grace = time;
    }
    if let Some(time) = duration(&mut table, "updater-timeout") {
        settings.updater_timeout = time;
    }
    let mut count = |key: &'static str, into: &mut usize| {
        if let Some((span, count)) = table.get::<u32>(key) {
            if count == 0 {
                report.add(span, format!("`coweb.{key}` must be at least 1"), examples::remedy(key));
            }
            *into = count as usize;
        }
    };
    count("clients", &mut settings.clients);
    count("clients-per-session", &mut settings.manners.limits.clients);
    count("sessions", &mut settings.sessions);
    count("max-connections", &mut settings.connections);
    if let Some((span, bytes)) = table.get::<bytesize::ByteSize>("max-message") {
        if !(1_024..=64 << 20).contains(&bytes.as_u64()) {
            report.add(
                span,
                "`coweb.max-message` must be from 1 KiB to 64 MiB",
                examples::remedy("max-message"),
            );
        }
        settings.manners.limits.bytes = bytes.as_u64() as usize;
        settings.manners.limits.queue_bytes =
            settings.manners.limits.queue_bytes.max(4 * settings.manners.limits.bytes);
    }
    if let Some((_, navigation)) = table.get::<bool>("navigation") {
        settings.navigation = navigation;
    }
    let cookie_secret = table.table("cookie-secret").and_then(secret);
    let stop_unused = table.get::<Vec<String>>("stop-unused");
    let services: Vec<_> = table
        .named_tables("service")
        .into_iter()
        .map(|(name, service)| document::extension(name, Kind::Service, service, limits))
        .collect();
    let mut drafts = Vec::new();
    for (kind, key, shipped) in MANAGERS {
        drafts.extend(match table.table(key) {
            Some(manager) => Some(document::extension(key.to_owned(), kind, manager, limits)),
            None => default(&table, kind, key, shipped, limits, report),
        });
    }
    let default_launcher = !table.has("launcher");
    let stop_unused = match stop_unused {
        // What other launchers start, only they know.
        Some((span, names)) if default_launcher => {
            let known = || services.iter().map(|draft| &*draft.extension.name).chain(serving.iter().copied());
            if let Some(name) = names.iter().find(|name| !known().any(|known| known == **name)) {
                report.add(span, format!("there is no service `{name}`"), did_you_mean(name, known()));
            }
            names
        }
        Some((_, names)) => names,
        None => Vec::new(),
    };
    let serving = !serving.is_empty() || !services.is_empty() || !default_launcher || table.has("manager");
    for (kind, key, shipped) in CREW.iter().filter(|_| serving) {
        drafts.extend(match table.table(key) {
            Some(manager) => Some(document::extension((*key).to_owned(), *kind, manager, limits)),
            None => default(&table, *kind, key, shipped, limits, report),
        });
    }
    table.finish();
    for draft in &mut drafts {
        // What is not answered by then is denied, so it need not go on.
        draft.extension.limits.call_timeout = draft.extension.limits.call_timeout.min(DEADLINE);
    }
    let (mut managers, mut of_sessions) = (BTreeMap::new(), BTreeMap::new());
    for Draft { extension, .. } in drafts.iter().chain(&services) {
        let into = match extension.kind {
            Kind::Auth | Kind::Access | Kind::Updater => &mut managers,
            _ => &mut of_sessions,
        };
        into.insert((extension.kind, extension.name.clone()), extension.clone());
    }
    let mut one = |(kind, key, _): (Kind, &str, &str)| of_sessions.remove(&(kind, key.to_owned()));
    let [launcher, manager] = CREW.map(&mut one);
    let by_name = |extensions: BTreeMap<(Kind, String), Extension>| {
        extensions.into_iter().map(|((_, name), extension)| (name, extension)).collect()
    };
    let coweb = Coweb {
        settings,
        managers: by_name(managers),
        launcher,
        manager,
        default_launcher,
        services: by_name(of_sessions),
        stop_unused,
        cookie_secret,
    };
    drafts.extend(services);
    (coweb, drafts)
}

/// The shipped component with nothing configured and nothing granted.
fn default(
    table: &Table<'_, '_>,
    kind: Kind,
    key: &str,
    shipped: &str,
    limits: &Limits,
    report: &Report<'_>,
) -> Option<Draft> {
    let Some(component) = shipped::find(shipped) else {
        let message = format!("no `coweb.{key}` is configured, and {shipped}.wasm is not beside the program");
        let help = format!(
            "name the folder with {shipped}.wasm in PARLOR_GUESTS, or configure `{key} = {{ component = \"…\" }}`"
        );
        report.add(table.named(), message, help);
        return None;
    };
    Some(Draft::plain(Extension {
        name: key.to_owned(),
        kind,
        component,
        service: None,
        rooms: Vec::new(),
        config: BTreeMap::new(),
        grant: Default::default(),
        limits: limits.clone(),
        place: report.source.place(table.named().start),
    }))
}

fn paths(table: &mut Table<'_, '_>) -> Paths {
    let report = table.report();
    let mut paths = Paths::default();
    let mut told = Vec::new();
    let mut path = |key: &'static str, into: &mut String, folder: bool| {
        let Some((span, mut path)) = table.get::<String>(key) else { return };
        if folder && !path.ends_with('/') {
            path.push('/');
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
        let wrong =
            !path.starts_with('/') || path.contains("//") || !path.chars().all(fits) || path.contains("/..");
        if wrong || (!folder && path.ends_with('/')) || path.len() > 256 {
            report.add(span, format!("`{path}` can be no path here"), examples::remedy(key));
            return;
        }
        told.push(span);
        *into = path;
    };
    path("web-root", &mut paths.root, true);
    path("admin-url", &mut paths.admin, false);
    path("session-root", &mut paths.session, true);
    path("services-root", &mut paths.services, true);
    path("login-url", &mut paths.login, false);
    path("logout-url", &mut paths.logout, false);
    let all = [&paths.admin, &paths.login, &paths.logout, &paths.session, &paths.services];
    let clash = (1..all.len()).find_map(|at| all[..at].contains(&all[at]).then_some(all[at]));
    let beneath =
        |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| !rest.contains('/'));
    let inside = [&paths.admin, &paths.login, &paths.logout]
        .into_iter()
        .find(|path| beneath(path, &paths.session) || beneath(path, &paths.services));
    if let Some(path) = clash.or(inside)
        && let Some(span) = told.pop()
    {
        report.add(
            span,
            format!("`{path}` would be two things at once"),
            "give each a path of its own".to_owned(),
        );
        return Paths::default();
    }
    if paths.session == "/" || paths.services == "/" {
        let Paths { session, services, .. } = Paths::default();
        return Paths { session, services, ..paths };
    }
    paths
}

fn tls(mut table: Table<'_, '_>) -> Option<TlsFiles> {
    let report = table.report();
    let mut file = |key| {
        let found = table.get::<PathBuf>(key);
        if found.is_none() {
            document::missing(&table, key);
        }
        found.map(|(span, path)| document::existing("file", Path::is_file, span, path, report))
    };
    let (certificate, key) = (file("certificate"), file("key"));
    table.finish();
    Some(TlsFiles { certificate: certificate?, key: key? })
}

fn secret(mut table: Table<'_, '_>) -> Option<Secret> {
    let report = table.report();
    let env = table.get::<String>("env").map(|(_, name)| SecretSource::Env(name));
    let file =
        table.get::<PathBuf>("file").map(|(_, path)| SecretSource::File(report.source.folder.join(path)));
    let place = report.source.place(table.named().start);
    let source = match (env, file) {
        (Some(source), None) | (None, Some(source)) => Some(source),
        (Some(_), Some(_)) => {
            report.add(table.named(), "the secret has two sources", "keep `env` or `file`".to_owned());
            None
        }
        (None, None) => {
            document::missing(&table, "file");
            None
        }
    };
    table.finish();
    // It never leaves the program.
    Some(Secret { name: "cookie-secret".into(), source: source?, to: Vec::new(), in_clear: false, place })
}

fn duration(table: &mut Table<'_, '_>, key: &'static str) -> Option<Duration> {
    let report = table.report();
    let (span, text) = table.get::<String>(key)?;
    match humantime::parse_duration(&text) {
        Ok(time) if (SHORTEST..=LONGEST).contains(&time) => Some(time),
        Ok(_) => {
            report.add(span, format!("`coweb.{key}` must be from 100 ms to 1 h"), examples::remedy(key));
            None
        }
        Err(error) => {
            report.add(
                span,
                format!("`coweb.{key}`: {text:?} is no duration: {error}"),
                examples::remedy(key),
            );
            None
        }
    }
}

/// Scheme, host and perhaps port, as browsers write them (RFC 6454, section 6).
fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}
