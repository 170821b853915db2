//! Python: componentize-py puts the interpreter, the bindings and the program into one component.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    BuildError, Made, Missing, Progress, Tool, output_folder, tool,
    world::{self, WORLD},
};
use crate::project::Language;

const COMPONENTIZE: &str = "componentize-py";

/// The folder for packages that go with the program, where a project has one: `pip install --target deps …`.
const DEPENDENCIES: &str = "deps";

/// Builds the project in `folder`. There is but one way, which takes ten seconds.
pub fn build(folder: &Path, progress: &mut dyn Progress) -> Result<Made, BuildError> {
    let componentize = find(folder)?;
    let world = world::read(folder)?;
    let output = output_folder(folder)?;
    progress.step("putting the program and Python together (about 10 s)");
    let mut command = componentize.command(folder);
    // Where it was itself when the program failed helps nobody; the program's own traceback is always there.
    command.env("RUST_BACKTRACE", "0");
    command.args(["-d", "wit", "-w", WORLD, "componentize", "app", "-p", "."]);
    if folder.join(DEPENDENCIES).is_dir() {
        command.args(["-p", DEPENDENCIES]);
    }
    command.args(["-o", "build/new.wasm"]);
    tool::run(&mut command, progress)?.map_err(|_| BuildError::Failed(COMPONENTIZE.to_owned()))?;
    let path = output.join(&world.name).with_extension("wasm");
    fs::rename(output.join("new.wasm"), &path).map_err(|why| BuildError::File(path.clone(), why))?;
    Ok(Made { name: world.name, path, program: None })
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_virtual_environment_of_a_folder_above_serves_too() {
        let folder = tempfile::tempdir().unwrap();
        let above = fs::canonicalize(folder.path()).unwrap();
        let environment = above.join(".venv");
        let program = environment.join("bin").join(COMPONENTIZE);
        fs::create_dir_all(environment.join("bin")).unwrap();
        fs::write(&program, "").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(above.join("bot")).unwrap();

        let expected = Tool::new(program).with_variable("VIRTUAL_ENV", &environment);
        assert_eq!(find(&above.join("bot")).unwrap(), expected);
    }
}
