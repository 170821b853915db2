//! Components that come with the program.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Where a shipped component lies: in the folder that `PARLOR_GUESTS` names, or beside the program as it is built or
/// installed. None if it is nowhere.
pub fn find(name: &str) -> Option<PathBuf> {
    let file = Path::new(name).with_extension("wasm");
    let named = env::var_os("PARLOR_GUESTS").map(PathBuf::from);
    let beside = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let beside = beside.into_iter().flat_map(|folder| {
        [folder.join("guests"), folder.join("../guests"), folder.join("../lib/parlor/guests")]
    });
    let mut folders = named.into_iter().chain(beside);
    folders.find_map(|folder| Some(folder.join(&file)).filter(|path| path.is_file()))
}
