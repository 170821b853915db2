//! Extensions and settings that are named on the command line.

use std::{ops::Range, path::PathBuf};

use toml::de::DeTable;

use super::{
    Config, Kind,
    nearest::did_you_mean,
    reader::{check_name, name_from},
    report::{ConfigError, Report, Source},
};

/// What messages call the file that the command line is read as.
const NAME: &str = "the command line";

/// A component that is named on the command line, in one of its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLineExtension {
    /// What it is called, in messages and in `--set`; see [`Config::with_components`] for what is allowed.
    pub name: String,
    /// The file; a relative path starts at the working directory.
    pub component: PathBuf,
    /// What it is run as. A component that is both is given twice.
    pub kind: Kind,
}

impl CommandLineExtension {
    /// An extension that is named after its file: `Echo_bot.wasm` is `echo-bot`.
    pub fn new(component: impl Into<PathBuf>, kind: Kind) -> Self {
        let component = component.into();
        let stem = component.file_stem().unwrap_or_default().to_string_lossy();
        Self { name: name_from(&stem), component, kind }
    }
}

/// The command line as a text to read: a line for each component, and then one for each setting.
///
/// # Errors
/// If two components have the same name, or a setting is not for one of them.
pub(super) fn source(
    extensions: &[CommandLineExtension],
    sets: &[String],
    config: &Config,
) -> Result<Source, ConfigError> {
    // Dotted keys and no headers: only then may settings add to the same tables.
    let components = extensions.iter().map(|CommandLineExtension { name, component, kind }| {
        let name = if check_name(name).is_ok() { name.clone() } else { quoted(name) };
        format!("{}.{name}.component = {}", kind.table(), quoted(&component.display().to_string()))
    });
    let lines: Vec<String> = components.chain(sets.iter().cloned()).collect();
    let source = Source { name: NAME.into(), text: lines.join("\n"), folder: PathBuf::new() };
    let report = Report::new(&source);
    let mut start = 0;
    for (index, line) in lines.iter().enumerate() {
        let result = if index < extensions.len() {
            check_extension(index, extensions, config)
        } else {
            check_set(line, extensions, config)
        };
        if let Err(Fault { at, message, help }) = result {
            let at = at.unwrap_or(0..line.len());
            report.add(start + at.start..start + at.end, message, help);
        }
        start += line.len() + 1;
    }
    report.finish(())?;
    Ok(source)
}

/// What is wrong with one line.
struct Fault {
    /// Which bytes of it; without them, all.
    at: Option<Range<usize>>,
    message: String,
    help: String,
}

impl Fault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at: None, message: message.into(), help: help.into() }
    }
}

/// An extension's name must be one, and its own.
fn check_extension(index: usize, extensions: &[CommandLineExtension], config: &Config) -> Result<(), Fault> {
    let CommandLineExtension { name, kind, component } = &extensions[index];
    let path = component.display();
    let rename = || {
        let path = quoted(&path.to_string());
        format!("rename the file, or name it in `parlor.toml`: `[{kind}.NAME]` with `component = {path}`")
    };
    if name.is_empty() {
        return Err(Fault::new(format!("no name can be made from that of `{path}`"), rename()));
    }
    if let Err((message, _)) = check_name(name) {
        return Err(Fault::new(message, rename()));
    }
    if let Some(file) = config.extensions(*kind).get(name) {
        let message = format!("there is a {kind} `{name}` already, on {}", file.place);
        return Err(Fault::new(message, format!("rename `{path}`, or leave out one of the two")));
    }
    let other = extensions[..index].iter().find(|other| &other.name == name && other.kind == *kind);
    match other {
        Some(other) => {
            let other = other.component.display();
            Err(Fault::new(format!("`{other}` and `{path}` would both be the {kind} `{name}`"), rename()))
        }
        None => Ok(()),
    }
}

/// A setting must be one line `KEY=VALUE` of TOML, since more could change what other settings mean; and if it is for
/// an extension, then for one of the command line.
fn check_set(set: &str, extensions: &[CommandLineExtension], config: &Config) -> Result<(), Fault> {
    let shape = || {
        "a setting is `KEY=VALUE` on one line, such as `--set 'bot.echo.grant.store=\"1 MiB\"'`".to_owned()
    };
    let Some((key, value)) = set.split_once('=') else {
        return Err(Fault::new("the setting has no `=`", shape()));
    };
    if set.contains(['\n', '\r']) || set.trim_start().starts_with(['[', '#']) || key.trim().is_empty() {
        return Err(Fault::new("this is no setting", shape()));
    }
    let table = match DeTable::parse(set) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let quoted = format!("{}={}", key.trim(), quoted(value.trim()));
            // What would not be read either is no remedy.
            let help = match DeTable::parse(&quoted) {
                Ok(_) => format!(
                    "text stands in quotes, and those in quotes for the shell: --set {}",
                    for_shell(&quoted)
                ),
                Err(_) => shape(),
            };
            return Err(Fault { at: error.span(), ..Fault::new(error.message(), help) });
        }
    };
    for kind in [Kind::Network, Kind::Bot] {
        let names = table.get(kind.table()).and_then(|value| value.get_ref().as_table());
        let names = names.into_iter().flat_map(|names| names.keys());
        for name in names {
            check_target(kind, name.get_ref(), extensions, config)?;
        }
    }
    Ok(())
}

fn check_target(
    kind: Kind,
    name: &str,
    extensions: &[CommandLineExtension],
    config: &Config,
) -> Result<(), Fault> {
    if extensions.iter().any(|extension| extension.kind == kind && extension.name == name) {
        return Ok(());
    }
    if let Some(extension) = config.extensions(kind).get(name) {
        let message =
            format!("`{kind}.{name}` is not from the command line, and only what is can be set there");
        return Err(Fault::new(message, format!("change it on {}", extension.place)));
    }
    let ids: Vec<String> =
        extensions.iter().map(|CommandLineExtension { name, kind, .. }| format!("{kind}.{name}")).collect();
    let id = format!("{kind}.{name}");
    let same_name = ids.iter().find(|id| id.ends_with(&format!(".{name}")));
    let help = match same_name {
        Some(id) => format!("did you mean `{id}`?"),
        None => did_you_mean(&id, ids.iter().map(String::as_str)),
    };
    Err(Fault::new(format!("no component on the command line is `{id}`"), help))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
