//! What somebody who tries an extension cannot know of it: `conform.toml`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// The name of the file, beside the extension's project.
pub const NAME: &str = "conform.toml";

/// All of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sheet {
    /// What the extension is configured with, as in `parlor.toml`.
    pub config: toml::Table,
    /// Its limits, as in `parlor.toml`.
    pub limits: toml::Table,
    /// Files that it can read, by their absolute paths in its own eyes.
    pub files: BTreeMap<String, String>,
    /// How the service of a backend speaks.
    pub backend: Option<Service>,
    /// Somebody whom `auth` lets in.
    pub auth: Option<Credentials>,
    /// Whom `access` welcomes and whom not.
    pub access: Option<Guests>,
    /// What a launcher starts.
    pub launcher: Option<Launches>,
    /// What a service bot is asked.
    pub service_bot: Option<Questions>,
}

/// How the service of a backend speaks. Lines are written without their ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Service {
    /// A room that the bot can join.
    pub room: Option<String>,
    /// Somebody, as a human writes them.
    pub person: String,
    /// What the service answers to which line.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// What comes when the person says `{text}` in the room.
    pub message: Option<String>,
    /// What comes when the person says `{text}` to the bot alone.
    pub private: String,
    /// What comes when the person enters the room.
    #[serde(default)]
    pub joins: Vec<String>,
    /// What comes when the person leaves it.
    #[serde(default)]
    pub leaves: Vec<String>,
    /// What ends the service's lines.
    #[serde(default = "newline")]
    pub line_end: String,
}

/// An answer of the service's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The line that it answers; each `*` is any text.
    pub when: String,
    /// What it says then; `{1}` is the text of the first `*`.
    pub say: Vec<String>,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Their name.
    pub user: String,
    /// Their password.
    pub password: String,
}

/// Who may come, and who may not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guests {
    /// Somebody who may prepare and enter a session.
    pub welcome: Option<String>,
    /// Somebody who may not.
    pub refused: Option<String>,
}

/// What a launcher starts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launches {
    /// Services that it can start, two at least.
    pub services: Vec<String>,
    /// The manager that their bots speak with.
    #[serde(default = "component")]
    pub manager: String,
    /// What a bot needs to reach that.
    #[serde(default)]
    pub connection: toml::Table,
}

/// What a service bot is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Questions {
    /// What it is configured with as a service, where that is not the same.
    pub config: Option<toml::Table>,
    /// What it is started with; an empty object where none is named.
    #[serde(default)]
    pub app_data: toml::Table,
    /// A request that it answers.
    pub request: Option<toml::Value>,
    /// A cooperative event of the kind that it listens to.
    pub sync: Option<toml::Table>,
}

fn newline() -> String {
    "\n".to_owned()
}

fn component() -> String {
    "component".to_owned()
}

/// Why a sheet cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// Its file.
    #[error("{path}: cannot be read: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// What is in it.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Wrong(PathBuf, String),
}

impl Sheet {
    /// Reads a sheet.
    ///
    /// # Errors
    /// If it cannot be read, or something in it is not known or does not fit.
    pub fn load(path: &Path) -> Result<Self, SheetError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| SheetError::Unreadable(path.to_owned(), error))?;
        Self::parse(&text).map_err(|why| SheetError::Wrong(path.to_owned(), why))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let sheet: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if let Some(path) = sheet.files.keys().find(|path| folder_of(path).is_none()) {
            return Err(format!(
                "`files` has {path:?}: a file is named as the extension sees it, in a folder: \"/users/users.ini\""
            ));
        }
        if let Some(service) = &sheet.backend {
            let templates = [("message", service.message.as_deref()), ("private", Some(&*service.private))];
            for (key, template) in templates {
                if template
                    .is_some_and(|template| !template.contains("{text}") && !template.contains("{json}"))
                {
                    return Err(format!(
                        "`{key}` in [backend] has no {{text}}: it stands for what the person says ({{json}} is the same as a \
                         JSON string)"
                    ));
                }
            }
        }
        if sheet.launcher.as_ref().is_some_and(|launcher| launcher.services.len() < 2) {
            return Err(
                "`services` in [launcher] needs two names at least: at the end all that run are to go".into(),
            );
        }
        Ok(sheet)
    }

    /// The sheet that belongs to an extension, as a folder or as a component in it or in its `build`: empty if there is none.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn beside(extension: &Path) -> Result<Self, SheetError> {
        let folder = if extension.is_dir() { Some(extension) } else { extension.parent() };
        let folder = folder.map(|folder| match folder.file_name() {
            Some(name) if name == "build" => folder.parent().unwrap_or(folder),
            _ => folder,
        });
        match folder.map(|folder| folder.join(NAME)).filter(|path| path.is_file()) {
            Some(path) => Self::load(&path),
            None => Ok(Self::default()),
        }
    }
}

/// The folder of an absolute path, where it is not the root.
pub fn folder_of(path: &str) -> Option<(&str, &str)> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let (folder, name) = path.strip_prefix('/')?.rsplit_once('/')?;
    (folder.split('/').all(plain) && plain(name)).then(|| (&path[..=folder.len()], name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        let error = Sheet::parse("[backend]\nperson = \"anna\"\nprivat = \"x {text}\"").unwrap_err();
        assert!(error.contains("line 3") && error.contains("unknown field `privat`"), "{error}");
        let error = Sheet::parse("[backend]\nperson = \"anna\"").unwrap_err();
        assert!(error.contains("missing field `private`"), "{error}");
    }

    #[test]
    fn what_cannot_be_tried_is_refused_with_the_remedy() {
        for (text, words) in [
            ("[backend]\nperson = \"anna\"\nprivate = \"hello\"", "`private` in [backend] has no {text}"),
            ("[launcher]\nservices = [\"a\"]", "two names at least"),
            ("[files]\n\"users.ini\" = \"\"", "\"/users/users.ini\""),
            ("[files]\n\"/a/../b\" = \"\"", "\"/users/users.ini\""),
        ] {
            let error = Sheet::parse(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_file_has_a_folder_and_a_name() {
        assert_eq!(folder_of("/users/all.ini"), Some(("/users", "all.ini")));
        assert_eq!(folder_of("/a/b/c"), Some(("/a/b", "c")));
        for path in ["users.ini", "/users.ini", "/users/", "//x", "/a//b", "/../b"] {
            assert_eq!(folder_of(path), None, "{path}");
        }
    }
}
