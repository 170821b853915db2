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
    let mut resolve = Resolve::default();
    let mut read = || {
        let (package, _) = resolve.push_dir(folder.join("wit"))?;
        let id = resolve.select_world(&[package], Some(WORLD))?;
        anyhow::Ok((resolve.packages[package].name.name.clone(), id))
    };
    match read() {
        Ok((name, id)) => Ok(World { name, resolve, id }),
        Err(why) => Err(BuildError::Refused(format!("{why:#}"))),
    }
}
