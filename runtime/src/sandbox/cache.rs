//! Compiled components on disk, so that each is compiled once.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, component::Component};

/// A folder of compiled components, named by what they were made from and by which engine.
///
/// A compiled component is native code: whoever can write here can run anything. So the folder is the program's
/// own, closed to others, and nothing from anywhere else is ever loaded.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Uses `folder`, which is made where it does not exist.
    ///
    /// # Errors
    /// If it cannot be made, or belongs to or can be written by somebody else.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        create_private(&folder)?;
        Ok(Self { folder })
    }

    /// What `bytes` is called here when `engine` compiles it.
    pub fn key(engine: &Engine, bytes: &[u8]) -> String {
        let mut content = Sha256::new();
        content.update(bytes);
        // Covers wasmtime's version, its settings and the processor's features.
        let mut compatibility = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut compatibility);
        format!("{:x}-{:016x}", content.finalize(), compatibility.finish())
    }

    /// The compiled component of this key, if it is here and whole.
    pub fn get(&self, engine: &Engine, key: &str) -> Option<Component> {
        let path = self.path(key);
        if !path.is_file() {
            return None;
        }
        // SAFETY: the file was written by `put`, into a folder that `open` found to be ours alone.
        match unsafe { Component::deserialize_file(engine, &path) } {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a cached component is damaged; it is compiled again");
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    /// Keeps machine code: written aside and renamed, so that nobody ever reads half of it.
    pub fn put(&self, key: &str, code: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut file, code)?;
        file.persist(self.path(key))?;
        Ok(())
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key).with_extension("cwasm")
    }
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = fs::metadata(folder)?;
    // The owner of a file just made is who we are.
    let probe = tempfile::tempfile_in(folder)?.metadata()?;
    if metadata.uid() != probe.uid() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it belongs to another user; choose a folder of your own with --cache",
        ));
    }
    if metadata.permissions().mode() & 0o022 != 0 {
        // What is in it may have been put there by others, so closing it now would be too late.
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it can be written by other users; empty and close it (chmod 700), or choose another with --cache",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let error = Cache::open(folder.path()).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn a_folder_that_is_made_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("deep").join("cache");
        Cache::open(&cache).unwrap();
        assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_damaged_file_is_not_run_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cache")).unwrap();
        let engine = Engine::default();
        fs::write(cache.path("key"), b"no machine code").unwrap();
        assert!(cache.get(&engine, "key").is_none());
        assert!(!cache.path("key").exists());
    }
}
