//! JavaScript and TypeScript: a script that travels with each project bundles it and puts the engine around it.
//!
//! The script also refuses `async` functions: the engine never comes back to one after its first `await`, and nobody
//! would be told. It has a parser of the language at hand, that of the bundler.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    BuildError, Made, Missing, Mode, Progress, Tool, output_folder,
    tool::{self, Stream},
    world,
};
use crate::project::Language;

/// The script, from the project's folder.
const SCRIPT: &str = "parlor/build.mjs";

/// The package with the engine.
const ENGINE: &str = "componentize-qjs";

/// The script's exit status where a package is not installed. It has said which, and how to install it.
const NOT_INSTALLED: i32 = 3;

/// What the script answers where it was asked for something to try at once.
#[derive(Deserialize)]
struct Trial {
    component: PathBuf,
    program: PathBuf,
}

/// Builds the project in `folder`; in [`Mode::Fast`] an engine, and the program that it is to run.
pub fn build(
    folder: &Path,
    language: Language,
    mode: Mode,
    progress: &mut dyn Progress,
) -> Result<Made, BuildError> {
    let node = find(folder, language)?;
    if !folder.join(SCRIPT).is_file() {
        return Err(BuildError::Refused(format!(
            "{}: is not there, and {language} is built with it; `parlor new` makes projects that have it",
            folder.join(SCRIPT).display()
        )));
    }
    let name = world::read(folder)?.name;
    let file = format!("{name}.wasm");
    let path = output_folder(folder)?.join(&file);
    progress.step("putting the program and its engine together");
    let mut command = node.command(folder);
    command.arg(SCRIPT);
    match mode {
        Mode::Release => command.arg("--out").arg(Path::new("build").join(file)),
        Mode::Fast => command.arg("--dev"),
    };
    let (mut out, mut said) = (String::new(), String::new());
    let status = tool::watch(&mut command, progress, |stream, line, _| {
        tool::add_line(if stream == Stream::Out { &mut out } else { &mut said }, line);
    })?;
    if status.code() == Some(NOT_INSTALLED) {
        return Err(BuildError::Refused(said.trim_end().to_owned()));
    }
    if !said.is_empty() {
        progress.show(&said);
    }
    if !status.success() {
        return Err(BuildError::Failed(SCRIPT.to_owned()));
    }
    if mode == Mode::Release {
        return Ok(Made { name, path, program: None });
    }
    let Trial { component, program } = serde_json::from_str(&out)
        .map_err(|why| BuildError::Refused(format!("{SCRIPT} did not say what it has made: {why}")))?;
    Ok(Made { name, path: component, program: Some(program) })
}

/// Node.js, and by it what `npm install` installs.
pub fn find(folder: &Path, language: Language) -> Result<Tool, BuildError> {
    let Some(node) = tool::on_path("node") else {
        return Err(Missing::here(language, "Node.js", "apt install nodejs npm"));
    };
    let here = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let packages = here.ancestors().map(|folder| folder.join("node_modules"));
    let elsewhere =
        env::var_os("NODE_PATH").into_iter().flat_map(|path| env::split_paths(&path).collect::<Vec<_>>());
    if !packages.chain(elsewhere).any(|packages| packages.join(ENGINE).is_dir()) {
        return Err(Missing::within(folder, language, ENGINE, "npm install"));
    }
    Ok(Tool::new(node))
}
