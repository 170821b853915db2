//! `parlor inspect`

use std::{fmt, path::PathBuf};

use serde::Serialize;

use super::{Common, Failed};
use crate::{
    extension::{self, Workshop},
    role::{Need, Role, needs},
    sandbox::{InterfaceName, Loaded},
};

/// Show what a component is, what it offers, and what it would have to be granted
///
/// The component is compiled and, if it is a bot, asked to describe itself in a sandbox without any grant. It is not
/// started.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// The component
    component: PathBuf,
    /// Print JSON, for scripts
    #[arg(long)]
    json: bool,
}

/// What is known of a component.
#[derive(Debug, Serialize)]
struct Report {
    component: PathBuf,
    bytes: u64,
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<About>,
    commands: Vec<Command>,
    exports: Vec<String>,
    imports: Vec<String>,
    needs: Vec<Need>,
    configuration: String,
}

#[derive(Debug, Serialize)]
struct About {
    name: String,
    version: String,
    summary: String,
}

#[derive(Debug, Serialize)]
struct Command {
    name: String,
    usage: String,
    summary: String,
    admin_only: bool,
    hidden: bool,
}

impl Inspect {
    /// For a component that was just built.
    pub(super) fn of(component: PathBuf) -> Self {
        Self { component, json: false }
    }

    pub(super) fn run(&self, common: &Common) -> Result<(), Failed> {
        super::log::start(common, "warn")?;
        let workshop = Workshop::new(1, common.compiler()?)?;
        let cache = common.open_cache();
        let loaded = Loaded::read(&workshop.sandbox, cache.as_ref(), &self.component)?;
        let linked = workshop.link(&loaded)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (mut about, mut commands) = (None, Vec::new());
        if linked.roles.contains(&Role::Bot) {
            let described = runtime.block_on(extension::describe(&workshop, &linked, &loaded.stem()));
            let description =
                described.map_err(|words| anyhow::anyhow!("{}: {words}", self.component.display()))?;
            about = Some(About {
                name: description.name,
                version: description.version,
                summary: description.summary,
            });
            commands = description.commands.into_iter().map(Command::from).collect();
        }
        let report = Report {
            bytes: loaded.size,
            about,
            commands,
            exports: sorted(&loaded.exports),
            imports: sorted(&loaded.imports),
            needs: needs(&loaded),
            configuration: configuration(&loaded, &linked.roles),
            roles: linked.roles,
            component: self.component.clone(),
        };
        if self.json {
            super::say(serde_json::to_string_pretty(&report)?)?;
        } else {
            super::say(&report)?;
        }
        Ok(())
    }
}

impl From<crate::chat::bindings::handlers::bot::Command> for Command {
    fn from(command: crate::chat::bindings::handlers::bot::Command) -> Self {
        Self {
            name: command.name,
            usage: command.usage,
            summary: command.summary,
            admin_only: command.admin_only,
            hidden: command.hidden,
        }
    }
}

/// The lines that run this component, to be pasted into `parlor.toml`.
fn configuration(loaded: &Loaded, roles: &[Role]) -> String {
    let name = crate::config::CommandLineExtension::new(&loaded.path, crate::config::Kind::Bot).name;
    let mut lines = Vec::new();
    for role in roles {
        lines.push(format!("[{}]", role.table(&name)));
        lines.push(format!("component = {:?}", loaded.path.display().to_string()));
        let grants: Vec<_> = needs(loaded)
            .iter()
            .filter(|need| *role == Role::Bot || need.grant != "networks")
            .map(|need| format!("{} = {}", need.grant, need.example))
            .collect();
        if !grants.is_empty() {
            lines.push(format!("grant = {{ {} }}", grants.join(", ")));
        }
    }
    lines.join("\n")
}

/// For people.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles: Vec<_> = self.roles.iter().map(ToString::to_string).collect();
        writeln!(f, "{} ({})", self.component.display(), bytesize::ByteSize(self.bytes))?;
        writeln!(f, "roles     {}", roles.join(", "))?;
        if let Some(about) = &self.about {
            writeln!(f, "about     {} {}: {}", about.name, about.version, about.summary)?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            let label = if index == 0 { "commands" } else { "" };
            let space = if command.usage.is_empty() { "" } else { " " };
            let admin = if command.admin_only { " (admins)" } else { "" };
            writeln!(f, "{label:9} {}{space}{}: {}{admin}", command.name, command.usage, command.summary)?;
        }
        for (index, import) in self.imports.iter().enumerate() {
            writeln!(f, "{:9} {import}", if index == 0 { "imports" } else { "" })?;
        }
        write!(f, "\nTo run it, in parlor.toml:\n\n{}", self.configuration)
    }
}

/// In an order that does not hang on the linker's.
fn sorted(names: &[InterfaceName]) -> Vec<String> {
    let mut names: Vec<_> = names.iter().map(ToString::to_string).collect();
    names.sort();
    names
}
