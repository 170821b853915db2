//! Making a project.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Kind, Language, Name, template};

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// Something is there already.
    #[error("{folder}: is there already and not empty; remove it, or name another folder with --into", folder = .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("{path}: cannot be written: {why}", path = .0.display(), why = .1)]
    Unwritable(PathBuf, io::Error),
}

/// Makes a project in `folder`, which is made too or empty.
///
/// # Errors
/// If there is something in it, or it cannot be written to.
pub fn create(folder: &Path, language: Language, kind: Kind, name: &Name) -> Result<(), NewError> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |why| NewError::Unwritable(path, why)
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(NewError::NotEmpty(folder.to_owned()));
            }
        }
        Err(why) if why.kind() == io::ErrorKind::NotFound => {}
        Err(why) => return Err(NewError::Unwritable(folder.to_owned(), why)),
    }
    for file in template::files(language, kind, name) {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(unwritable(parent))?;
        }
        fs::write(&path, file.content).map_err(unwritable(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_left_alone() {
        let name = Name::parse("my-bot").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let make = |folder: &Path| create(folder, Language::C, Kind::Bot, &name);
        make(folder.path()).unwrap();
        fs::write(folder.path().join("app.c"), "mine").unwrap();

        let words = make(folder.path()).unwrap_err().to_string();
        assert!(
            words.ends_with("is there already and not empty; remove it, or name another folder with --into"),
            "{words}"
        );
        assert_eq!(fs::read_to_string(folder.path().join("app.c")).unwrap(), "mine");

        let words = make(&folder.path().join("app.c")).unwrap_err().to_string();
        assert!(words.contains("app.c: cannot be written: "), "{words}");
        make(&folder.path().join("new/and/deep")).unwrap();
        assert!(folder.path().join("new/and/deep/wit/world.wit").is_file());
    }
}
