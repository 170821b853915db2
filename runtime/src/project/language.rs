//! The languages that projects are written in, and by which file each is recognised.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use clap::ValueEnum;

/// A language that projects are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust, compiled by cargo
    Rust,
    /// Python, with its interpreter inside (19 MB)
    Python,
    /// JavaScript, with its engine inside (1.6 MB)
    #[value(alias = "javascript")]
    Js,
    /// TypeScript: JavaScript with types
    #[value(alias = "typescript")]
    Ts,
    /// C, compiled by clang or zig
    C,
}

/// Why the language of a folder is not known.
#[derive(Debug, thiserror::Error)]
pub enum Unrecognised {
    /// It cannot be looked into.
    #[error("{folder}: cannot be read: {why}", folder = .0.display(), why = .1)]
    Unreadable(PathBuf, io::Error),
    /// Something else than a folder.
    #[error("{folder}: is no folder; name the project's folder, or run `parlor build` inside it", folder = .0.display())]
    NoFolder(PathBuf),
    /// There is nothing to build.
    #[error(
        "{folder}: is no project: it has no Cargo.toml (Rust), no app.py (Python), no package.json with app.js or app.ts (JavaScript, TypeScript) and no app.c (C); `parlor new NAME` makes one", folder = .0.display()
    )]
    Nothing(PathBuf),
    /// It could be several.
    #[error(
        "{folder}: could be a project in {first} or in {second}, for it has {one} and {other}; remove what does not belong there",
        folder = .0.display(), first = .1, second = .2, one = .1.mark(), other = .2.mark()
    )]
    Several(PathBuf, Language, Language),
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rust, Self::Python, Self::Js, Self::Ts, Self::C];

    /// As on the command line, and in the names of the templates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Js => "js",
            Self::Ts => "ts",
            Self::C => "c",
        }
    }

    /// The file that a project's author edits, from the project's folder.
    pub fn source(self) -> &'static str {
        match self {
            Self::Rust => "src/lib.rs",
            Self::Python => "app.py",
            Self::Js => "app.js",
            Self::Ts => "app.ts",
            Self::C => "app.c",
        }
    }

    /// The file that a project is recognised by.
    fn mark(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            _ => self.source(),
        }
    }

    /// The language of the project in `folder`.
    ///
    /// # Errors
    /// If there is no project, or more than one.
    pub fn of(folder: &Path) -> Result<Self, Unrecognised> {
        match fs::metadata(folder) {
            Ok(about) if about.is_dir() => {}
            Ok(_) => return Err(Unrecognised::NoFolder(folder.to_owned())),
            Err(why) => return Err(Unrecognised::Unreadable(folder.to_owned(), why)),
        }
        let has = |file: &str| folder.join(file).is_file();
        let mut found = Self::ALL.into_iter().filter(|language| match language {
            Self::Js | Self::Ts => has(language.mark()) && has("package.json"),
            language => has(language.mark()),
        });
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(one), Some(other)) => Err(Unrecognised::Several(folder.to_owned(), one, other)),
            (None, _) => Err(Unrecognised::Nothing(folder.to_owned())),
        }
    }
}

/// As people call it.
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::Js => "JavaScript",
            Self::Ts => "TypeScript",
            Self::C => "C",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(folder.path().join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn a_language_is_known_by_its_file() {
        for (files, language) in [
            (&["Cargo.toml"][..], Language::Rust),
            (&["app.py", "requirements.txt"], Language::Python),
            (&["app.js", "package.json"], Language::Js),
            (&["app.ts", "package.json", "tsconfig.json"], Language::Ts),
            (&["app.c", "parlor.h"], Language::C),
            // A tool of somebody's, in a project of another language.
            (&["app.py", "package.json"], Language::Python),
        ] {
            assert_eq!(Language::of(folder(files).path()).unwrap(), language, "{files:?}");
        }
    }

    #[test]
    fn what_is_no_project_is_said_with_what_would_be() {
        let empty = folder(&["package.json", "main.py"]);
        let words = Language::of(empty.path()).unwrap_err().to_string();
        assert!(words.contains("is no project: it has no Cargo.toml (Rust)"), "{words}");
        assert!(words.ends_with("`parlor new NAME` makes one"), "{words}");

        let file = empty.path().join("main.py");
        let words = Language::of(&file).unwrap_err().to_string();
        assert!(words.contains("main.py: is no folder; name the project's folder"), "{words}");
        let words = Language::of(&empty.path().join("nowhere")).unwrap_err().to_string();
        assert!(words.contains("nowhere: cannot be read"), "{words}");
    }

    #[test]
    fn a_folder_with_two_projects_is_refused() {
        let both = folder(&["app.ts", "app.js", "package.json"]);
        let words = Language::of(both.path()).unwrap_err().to_string();
        assert!(words.contains("JavaScript or in TypeScript, for it has app.js and app.ts"), "{words}");
    }
}
