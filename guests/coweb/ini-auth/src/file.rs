//! The file of users, as it is now.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::users::{Complaints, Users};

/// The largest file, in bytes: some thousands of users.
const LARGEST: u64 = 1 << 20;

/// A file of users that may change at any time.
pub struct UsersFile {
    path: PathBuf,
    read: Option<(Stamp, Users)>,
}

/// What shows that a file is another than before: when it was changed, and its size.
#[derive(Clone, Copy, PartialEq)]
struct Stamp(SystemTime, u64);

impl Stamp {
    fn of(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self(metadata.modified()?, metadata.len()))
    }
}

impl UsersFile {
    /// The file of this path, not read yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), read: None }
    }

    /// Its users; read again if it is another than before, and then `changed` is told of it.
    ///
    /// # Errors
    /// If it cannot be read now, whatever was read before: who removes the file wants nobody to come in.
    pub fn users(&mut self, changed: impl FnOnce(&Users, &Complaints)) -> Result<&Users, String> {
        let Self { path, read } = self;
        let stamp = fs::metadata(&*path).and_then(|metadata| Stamp::of(&metadata));
        let stamp = stamp.map_err(|error| unreadable(path, &error))?;
        let known = read.take().filter(|(before, _)| *before == stamp);
        let known = match known {
            Some(known) => known,
            None => {
                let (stamp, text) = contents(path).map_err(|error| unreadable(path, &error))?;
                let (users, complaints) = Users::read(&text);
                changed(&users, &complaints);
                (stamp, users)
            }
        };
        Ok(&read.insert(known).1)
    }
}

fn contents(path: &Path) -> io::Result<(Stamp, String)> {
    let file = File::open(path)?;
    let stamp = Stamp::of(&file.metadata()?)?;
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok((stamp, text))
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    let folder = path.parent().unwrap_or(path).display();
    format!(
        "the users' file {} cannot be read, and nobody can come in: {error}; it must be there, and its folder granted: grant = {{ dirs = [{{ host = \"…\", guest = \"{folder}\" }}] }}",
        path.display(),
    )
}

#[cfg(test)]
mod tests {
    use std::{env, process, time::Duration};

    use super::*;

    const SESAME: &str =
        "$argon2id$v=19$m=8,t=1,p=1$dY8XehO0vOXAiYOVFwD3sw$Uvfez/+/qhaxDmDyW3OUiTnQ0kj1PPFTUR/ATxO5ajY";

    /// A file that is gone with the test.
    struct Temporary(PathBuf);

    impl Temporary {
        fn new(name: &str) -> Self {
            Self(env::temp_dir().join(format!("ini-auth-{}-{name}", process::id())))
        }

        fn write(&self, text: impl AsRef<[u8]>) {
            fs::write(&self.0, text).unwrap();
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn has(file: &mut UsersFile, name: &str) -> Result<(bool, bool), String> {
        let mut again = false;
        let users = file.users(|_, _| again = true)?;
        Ok((users.has(name), again))
    }

    #[test]
    fn it_is_read_again_when_it_is_another() {
        let place = Temporary::new("again");
        place.write(format!("ann = {SESAME}"));
        let mut file = UsersFile::new(&place.0);
        assert_eq!(has(&mut file, "ann"), Ok((true, true)));
        assert_eq!(has(&mut file, "ann"), Ok((true, false)));
        place.write("");
        assert_eq!(has(&mut file, "ann"), Ok((false, true)));
        // The same size, another time.
        place.write(format!("ann = {SESAME}"));
        assert_eq!(has(&mut file, "ann"), Ok((true, true)));
        place.write(format!("ben = {SESAME}"));
        File::options()
            .write(true)
            .open(&place.0)
            .unwrap()
            .set_modified(SystemTime::now() + Duration::from_secs(9))
            .unwrap();
        assert_eq!(has(&mut file, "ann"), Ok((false, true)));
    }

    #[test]
    fn what_cannot_be_read_has_no_users_any_more() {
        let place = Temporary::new("gone");
        place.write(format!("ann = {SESAME}"));
        let mut file = UsersFile::new(&place.0);
        assert_eq!(has(&mut file, "ann"), Ok((true, true)));
        fs::remove_file(&place.0).unwrap();
        let error = has(&mut file, "ann").unwrap_err();
        assert!(error.contains("cannot be read") && error.contains("grant = { dirs"), "{error}");
        place.write(format!("ann = {SESAME}"));
        assert_eq!(has(&mut file, "ann"), Ok((true, true)));
    }

    #[test]
    fn what_is_too_large_or_no_text_is_refused() {
        let place = Temporary::new("large");
        let mut file = UsersFile::new(&place.0);
        place.write("#".repeat(LARGEST as usize));
        assert_eq!(has(&mut file, "ann"), Ok((false, true)));
        place.write("#".repeat(LARGEST as usize + 1));
        assert!(has(&mut file, "ann").unwrap_err().contains("larger than 1 MiB"));
        place.write([0xff, 0xfe]);
        assert!(has(&mut file, "ann").unwrap_err().contains("cannot be read"));
    }
}
