//! One text read as a configuration, and all that is wrong with it found.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    ops::Range,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    Config, Coweb, Extension, Kind, Tls,
    chat::{ChatTable, RoomEntry, rooms},
    coweb, examples,
    limits::LimitOverrides,
    nearest::did_you_mean,
    reader::{Table, Value},
    report::{ConfigError, Report, Source},
    secret::{Secret, SecretSource},
};
use crate::{
    chat::Settings,
    coweb::session::channels::service_name,
    imports::store::{DatabaseUrl, DatabaseUrlError},
    sandbox::{
        grants::{Address, Grants},
        limits::Limits,
    },
};

/// What one text says. `None` is what it says nothing about.
pub(super) struct Document {
    pub networks: BTreeMap<String, Extension>,
    pub bots: BTreeMap<String, Extension>,
    pub coweb: Option<Coweb>,
    pub secrets: BTreeMap<String, Secret>,
    pub chat: Option<(Settings, Vec<String>)>,
    pub limits: Limits,
    pub store: Option<DatabaseUrl>,
    pub tls: Option<Tls>,
}

/// A name that something in the text refers to.
pub(super) struct Reference {
    span: Range<usize>,
    name: String,
}

/// An extension with what must be checked when all is read.
pub(super) struct Draft {
    pub extension: Extension,
    networks: Vec<Reference>,
    secrets: Vec<Reference>,
    /// Where a bot names the service that it is as well.
    service: Option<Range<usize>>,
}

impl Draft {
    /// One that refers to nothing.
    pub fn plain(extension: Extension) -> Self {
        Self { extension, networks: Vec::new(), secrets: Vec::new(), service: None }
    }
}

/// Reads a text. It may name what `known` has, and its limits are laid over those of `known`.
pub(super) fn read(source: &Source, known: &Config) -> Result<Document, ConfigError> {
    let report = Report::new(source);
    let entries = match DeTable::parse(&source.text) {
        Ok(entries) => entries.into_inner(),
        Err(error) => {
            report.add(error.span().unwrap_or(0..0), error.message(), None);
            DeTable::new()
        }
    };
    let mut root = Table::root(&report, entries);
    let limits = root.get_struct::<LimitOverrides>("limits").apply(&known.limits);
    let (networks_here, secrets_here) = (root.keys("network"), root.keys("secret"));
    let networks = extensions(&mut root, Kind::Network, &limits);
    let bots = extensions(&mut root, Kind::Bot, &limits);
    let serving: Vec<&str> = bots.values().filter_map(|draft| draft.extension.service.as_deref()).collect();
    let coweb = root.table("coweb").map(|table| coweb::read(table, &limits, &serving));
    let (coweb, managers) = coweb.map_or((None, Vec::new()), |(coweb, drafts)| (Some(coweb), drafts));
    check_services(&bots, coweb.as_ref().or(known.coweb.as_ref()), &report);
    let secrets = secrets(&mut root, known);
    let known_networks = networks_here.iter().chain(known.networks.keys()).cloned().collect();
    let chat = chat(&mut root, &known_networks);
    let store = root.table("store").and_then(store);
    let tls = root.table("tls").map(tls);
    root.finish();

    let networks_named = || networks_here.iter().chain(known.networks.keys()).map(String::as_str);
    let secrets_named = || secrets_here.iter().chain(known.secrets.keys()).map(String::as_str);
    for draft in networks.values().chain(bots.values()).chain(&managers) {
        check("network", &draft.networks, networks_named, &report);
        check("secret", &draft.secrets, secrets_named, &report);
    }
    let finished = |drafts: BTreeMap<String, Draft>| {
        drafts.into_iter().map(|(name, draft)| (name, draft.extension)).collect()
    };
    report.finish(Document {
        networks: finished(networks),
        bots: finished(bots),
        coweb,
        secrets,
        chat,
        limits,
        store,
        tls,
    })
}

fn check<'a, I: Iterator<Item = &'a str>>(
    kind: &str,
    references: &[Reference],
    known: impl Fn() -> I,
    report: &Report<'_>,
) {
    for Reference { span, name } in references {
        if !known().any(|known| known == name) {
            let help = match known().next() {
                Some(_) => did_you_mean(name, known()),
                None => format!("there is no {kind} yet; one is made by a table `[{kind}.{name}]`"),
            };
            report.add(span.clone(), format!("there is no {kind} `{name}`"), help);
        }
    }
}

/// Tells of bots that name a service which nobody would find them under.
fn check_services(bots: &BTreeMap<String, Draft>, coweb: Option<&Coweb>, report: &Report<'_>) {
    let mut taken = BTreeSet::new();
    for Draft { extension, service, .. } in bots.values() {
        let (Some(name), Some(span)) = (&extension.service, service) else { continue };
        match coweb {
            None => report.add(
                span.clone(),
                format!("there are no sessions that `{name}` could serve in"),
                "add a table `[coweb]`".to_owned(),
            ),
            Some(coweb) if coweb.launcher.is_none() => report.add(
                span.clone(),
                format!("the sessions have no services, so `{name}` is none"),
                "configure the bot in the file that has `[coweb]`, or a `[coweb.launcher]` there".to_owned(),
            ),
            Some(coweb) if coweb.services.contains_key(name) || !taken.insert(name) => report.add(
                span.clone(),
                format!("there are two services `{name}`"),
                "give each a name of its own".to_owned(),
            ),
            Some(_) => {}
        }
    }
}

fn extensions(root: &mut Table<'_, '_>, kind: Kind, limits: &Limits) -> BTreeMap<String, Draft> {
    root.named_tables(kind.table())
        .into_iter()
        .map(|(name, table)| (name.clone(), extension(name, kind, table, limits)))
        .collect()
}

pub(super) fn extension(name: String, kind: Kind, mut table: Table<'_, '_>, limits: &Limits) -> Draft {
    let report = table.report();
    let references = |list| -> Vec<Reference> {
        let items = table.items("grant", list);
        items
            .iter()
            .filter_map(|item| Some(Reference { span: item.span(), name: item.as_ref().as_str()?.into() }))
            .collect()
    };
    let (networks, secrets) = (references("networks"), references("secrets"));
    let directories = table.items("grant", "dirs");
    let mut grant = table.get_struct::<Grants>("grant");
    for (directory, item) in grant.dirs.iter_mut().zip(directories) {
        let host = std::mem::take(&mut directory.host);
        directory.host = existing("directory", Path::is_dir, item.span(), host, report);
    }
    for program in grant.programs.values_mut() {
        if let Some(folder) = program.folder.take() {
            program.folder = Some(existing("directory", Path::is_dir, table.named(), folder, report));
        }
        if program.run.is_empty() {
            let help = "`run` names its file, and its arguments after it".to_owned();
            report.add(table.named(), "a granted program has no file", help);
        }
    }
    let component = if let Some((span, path)) = table.get("component") {
        existing("component file", Path::is_file, span, path, report)
    } else {
        missing(&table, "component");
        PathBuf::new()
    };
    let rooms = match kind {
        Kind::Network => table.get::<Vec<RoomEntry>>("rooms").map(|(_, entries)| rooms(entries)),
        _ => None,
    };
    let service = match kind {
        Kind::Bot => table.get::<String>("service"),
        _ => None,
    };
    let service_at = service.as_ref().map(|(span, _)| span.clone());
    let service = service.and_then(|(span, name)| self::service(span, name, report));
    let extension = Extension {
        kind,
        component,
        rooms: rooms.unwrap_or_default(),
        service,
        config: table
            .table("config")
            .map(|config| guest_config(config.into_entries(), report))
            .unwrap_or_default(),
        grant,
        limits: table.get_struct::<LimitOverrides>("limits").apply(limits),
        place: report.source.place(table.named().start),
        name,
    };
    table.finish();
    Draft { extension, networks, secrets, service: service_at }
}

/// The name of a service that a bot is as well.
fn service(span: Range<usize>, name: String, report: &Report<'_>) -> Option<String> {
    if service_name(&name) {
        return Some(name);
    }
    let message = format!("`{name}` can be no service");
    report.add(span, message, "1 to 64 letters, digits, `-`, `_` and `.`".to_owned());
    None
}

/// Tells that a key is missing from a table, unless something else is the matter with it.
pub(super) fn missing(table: &Table<'_, '_>, key: &str) {
    if !table.meant(key) {
        let message = format!("`{}` is missing", table.path_to(key));
        table.report().add(table.named(), message, examples::remedy(key));
    }
}

/// The path from the working directory, where the text has it from its own folder; what is not there is a problem.
pub(super) fn existing(
    what: &str,
    is_such: impl Fn(&Path) -> bool,
    span: Range<usize>,
    path: PathBuf,
    report: &Report<'_>,
) -> PathBuf {
    let path = report.source.folder.join(path);
    if !is_such(&path) {
        let shown = path.display();
        let message = match path.metadata() {
            Ok(_) => format!("`{shown}` is no {what}"),
            Err(error) if error.kind() == ErrorKind::NotFound => format!("there is no {what} `{shown}`"),
            Err(error) => format!("the {what} `{shown}` cannot be read: {error}"),
        };
        let help = if report.source.folder.as_os_str().is_empty() {
            "a relative path starts at the working directory".to_owned()
        } else {
            format!("a relative path starts at the folder of {}", report.source.name)
        };
        report.add(span, message, help);
    }
    path
}

/// What `wasi:config` gives the guest: text as it is, and everything else as JSON.
fn guest_config(entries: DeTable<'_>, report: &Report<'_>) -> BTreeMap<String, String> {
    entries
        .into_iter()
        .filter_map(|(key, value)| {
            let text = match value.get_ref() {
                DeValue::String(text) => text.clone().into_owned(),
                DeValue::Datetime(time) => time.to_string(),
                _ => json(&value, report)?.to_string(),
            };
            Some((key.into_inner().into_owned(), text))
        })
        .collect()
}

fn json(value: &Value<'_>, report: &Report<'_>) -> Option<serde_json::Value> {
    let number = |number: Option<serde_json::Number>| {
        if number.is_none() {
            let message = "JSON, in which the guest gets this, has no such number";
            report.add(value.span(), message, "put it in quotes, and the guest gets it as it is".to_owned());
        }
        number.map(serde_json::Value::Number)
    };
    match value.get_ref() {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Datetime(time) => Some(time.to_string().into()),
        DeValue::Boolean(yes) => Some((*yes).into()),
        DeValue::Integer(integer) => {
            number(i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(Into::into))
        }
        DeValue::Float(float) => number(float.as_str().parse().ok().and_then(serde_json::Number::from_f64)),
        DeValue::Array(items) => items.iter().map(|item| json(item, report)).collect(),
        DeValue::Table(entries) => entries
            .iter()
            .map(|(key, value)| Some((key.get_ref().to_string(), json(value, report)?)))
            .collect::<Option<serde_json::Map<_, _>>>()
            .map(Into::into),
    }
}

fn secrets(root: &mut Table<'_, '_>, known: &Config) -> BTreeMap<String, Secret> {
    let mut secrets = BTreeMap::new();
    for (name, table) in root.named_tables("secret") {
        if let Some(other) = known.secrets.get(&name) {
            let message = format!("there is a secret `{name}` already, on {}", other.place);
            table.report().add(table.named(), message, "give this one another name".to_owned());
        }
        secrets.extend(secret(name, table));
    }
    secrets
}

fn secret(name: String, mut table: Table<'_, '_>) -> Option<(String, Secret)> {
    let report = table.report();
    let env = table.get::<String>("env");
    let file = table.get::<PathBuf>("file");
    let to = table.get::<Vec<Address>>("to");
    let in_clear = table.get::<bool>("in-clear").is_some_and(|(_, in_clear)| in_clear);
    match &to {
        None => missing(&table, "to"),
        Some((span, to)) if to.is_empty() => {
            report.add(span.clone(), "the secret may be sent nowhere", examples::remedy("to"));
        }
        Some(_) => {}
    }
    let source = match (env, file) {
        (Some((span, name)), None) => {
            if name.is_empty() || name.contains(['=', '\0']) {
                report.add(span, "no environment variable can have this name", examples::remedy("env"));
            }
            Some(SecretSource::Env(name))
        }
        (None, Some((_, path))) => Some(SecretSource::File(report.source.folder.join(path))),
        (Some(_), Some((span, _))) => {
            let message = format!("the secret `{name}` has two sources");
            report.add(span, message, "keep `env` or `file`, and leave out the other".to_owned());
            None
        }
        (None, None) => {
            if !table.meant("env") && !table.meant("file") {
                let help = "it comes from `env = \"VARIABLE\"` or from `file = \"/path\"`, never from here";
                report.add(table.named(), format!("the secret `{name}` has no source"), help.to_owned());
            }
            None
        }
    };
    let place = report.source.place(table.named().start);
    table.finish();
    Some((name.clone(), Secret { name, source: source?, to: to?.1, in_clear, place }))
}

/// The chat table; none where there is none.
fn chat(root: &mut Table<'_, '_>, known: &BTreeSet<String>) -> Option<(Settings, Vec<String>)> {
    let report = root.report();
    let named = root.place_of("chat");
    let table = root.get_struct::<ChatTable>("chat");
    let named = named?;
    for wrong in table.wrong() {
        report.add(named.clone(), wrong, None);
    }
    for network in table.networks() {
        if !known.contains(network) {
            let help = did_you_mean(network, known.iter().map(String::as_str));
            report.add(named.clone(), format!("there is no network `{network}`"), help);
        }
    }
    Some(table.settings())
}

fn store(mut table: Table<'_, '_>) -> Option<DatabaseUrl> {
    let report = table.report();
    let url = table.get::<String>("url");
    if url.is_none() {
        missing(&table, "url");
    }
    table.finish();
    let (span, url) = url?;
    match DatabaseUrl::parse(&url, &report.source.folder) {
        Ok(url) => return Some(url),
        Err(DatabaseUrlError::Password) => {
            let help =
                "leave it out, and put it into the environment variable PGPASSWORD or the file ~/.pgpass";
            report.add_unseen(span, "a password does not belong here", help.to_owned());
        }
        // There may be a password in what was meant to be a URL.
        Err(error) if url.contains('@') => {
            report.add_unseen(span, error.to_string(), examples::remedy("url"));
        }
        Err(error) => report.add(span, error.to_string(), examples::remedy("url")),
    }
    None
}

fn tls(mut table: Table<'_, '_>) -> Tls {
    let report = table.report();
    let extra_roots = table
        .get::<PathBuf>("extra-roots")
        .map(|(span, path)| existing("certificate file", Path::is_file, span, path, report));
    table.finish();
    Tls { extra_roots }
}
