//! The world of a project in a language whose toolchain reads `wit/`.

use std::path::Path;

use wit_parser::{Resolve, WorldId};

use super::BuildError;

/// The name that the world of every project has.
pub const WORLD: &str = "extension";

/// The world of a project, read from its folder `wit`.
pub struct World {
    /// The name of its package, without the namespace: that of the project.
    pub name: String,
    /// Everything that it is made of.
    pub resolve: Resolve,
    /// Which one it is.
    pub id: WorldId,
}

/// Reads the world of the project in `folder`.
pub fn read(folder: &Path) -> Result<World, BuildError> {
    let wit = folder.join("wit");
    if !wit.is_dir() {
        return Err(BuildError::Refused(format!(
            "{}: is not there; it has the world of the extension, and the contract. `parlor new` makes it",
            wit.display()
        )));
    }
    let mut resolve = Resolve::default();
    let (package, _) = resolve
        .push_dir(&wit)
        .map_err(|why| BuildError::Refused(format!("{}: {}", wit.display(), resolve.render_error(&why))))?;
    let Some(&id) = resolve.packages[package].worlds.get(WORLD) else {
        return Err(BuildError::Refused(format!(
            "{}: has no `world {WORLD} {{ … }}`, which says what the extension imports and exports",
            wit.display()
        )));
    };
    Ok(World { name: resolve.packages[package].name.name.clone(), resolve, id })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is said of a project with this world.
    fn said(world: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("wit")).unwrap();
        fs::write(folder.path().join("wit/world.wit"), world).unwrap();
        match read(folder.path()) {
            Ok(world) => world.name,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_world_tells_the_name_of_its_project() {
        assert_eq!(said("package my:small-bot;\nworld extension {}"), "small-bot");
    }

    #[test]
    fn what_is_wrong_in_a_world_is_said_with_its_place() {
        let words = said("package my:bot;\nworld extension {\n    import parlor:chta/chat;\n}");
        assert!(words.contains("parlor:chta"), "{words}");
        assert!(words.contains("wit/world.wit:3:12"), "{words}");
        let words = said("package my:bot;\nworld extension {");
        assert!(words.contains("expected") && words.contains("wit/world.wit:2:"), "{words}");
        let words = said("package my:bot;\nworld extensions {}");
        assert!(words.contains("wit: has no `world extension { … }`"), "{words}");
        let words = read(Path::new("/nowhere")).err().unwrap().to_string();
        assert!(words.starts_with("/nowhere/wit: is not there"), "{words}");
    }
}
