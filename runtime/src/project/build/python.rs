//! Python: componentize-py puts the interpreter, the bindings and the program into one component.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    BuildError, Missing, Progress, Tool, output_folder, tool,
    world::{self, WORLD},
};
use crate::project::Language;

const COMPONENTIZE: &str = "componentize-py";

/// The folder for packages that go with the program, where a project has one: `pip install --target deps …`.
const DEPENDENCIES: &str = "deps";

/// Builds the project in `folder`. There is but one way, which takes ten seconds.
pub fn build(folder: &Path, progress: &mut dyn Progress) -> Result<PathBuf, BuildError> {
    let componentize = find(folder)?;
    let world = world::read(folder)?;
    let output = output_folder(folder)?;
    progress.step("putting the program and Python together (about 10 s)");
    let mut command = componentize.command(folder);
    command.args(["-d", "wit", "-w", WORLD, "componentize", "app", "-p", "."]);
    if folder.join(DEPENDENCIES).is_dir() {
        command.args(["-p", DEPENDENCIES]);
    }
    command.args(["-o", "build/new.wasm"]);
    tool::must_run(&mut command, progress)?;
    let path = output.join(world.name).with_extension("wasm");
    fs::rename(output.join("new.wasm"), &path).map_err(|why| BuildError::File(path.clone(), why))?;
    Ok(path)
}

/// The tool: of the virtual environment in this folder or one above, of the one in use, or from `PATH`.
pub fn find(folder: &Path) -> Result<Tool, BuildError> {
    let above = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let above = above.ancestors().map(|folder| folder.join(".venv"));
    let environments = above.chain(env::var_os("VIRTUAL_ENV").map(PathBuf::from));
    for environment in environments {
        let program = environment.join("bin").join(COMPONENTIZE);
        if tool::is_program(&program) {
            // The packages that were installed there go into the component, where the program imports them.
            return Ok(Tool::new(program).with_variable("VIRTUAL_ENV", environment));
        }
    }
    if let Some(program) = tool::on_path(COMPONENTIZE) {
        return Ok(Tool::new(program));
    }
    let remedy = if tool::on_path("python3").is_none() {
        "apt install python3-venv && python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
    } else if env::var_os("VIRTUAL_ENV").is_some() {
        "pip install -r requirements.txt"
    } else {
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
    };
    Err(Missing::within(folder, Language::Python, COMPONENTIZE, remedy))
}
