//! People sign in with a name and a password, which are in a file: `NAME = HASH` lines, and comments after `#` or `;`.
//!
//! ```toml
//! [coweb.auth]
//! component = "ini-auth.wasm"
//! config    = { file = "/users/users.ini", max-age = "1 day" }
//! grant     = { dirs = [{ host = "/etc/parlor/users", guest = "/users" }] }
//! ```
//!
//! | key | is | default |
//! |---|---|---|
//! | `file` | the users' file, by the `guest` name of its folder | |
//! | `max-age` | how long people stay signed in, from `"1 min"` to `"30 days"` | `"1 day"` |
//!
//! A hash is one of Argon2id as a PHC string, made by Debian's `argon2` or Python's argon2-cffi:
//!
//! ```sh
//! read -rs p; printf %s "$p" | argon2 "$(openssl rand -hex 8)" -id -t 2 -k 19456 -p 1 -e
//! python3 -c 'from argon2 import PasswordHasher as H; from getpass import getpass
//! print(H(time_cost=2, memory_cost=19456, parallelism=1).hash(getpass()))'
//! ```
//!
//! All of them should cost the same, so that nobody can tell by the time of a failed login whether there is such a user.
//!
//! The file is read again when it has changed. Who is taken out of it is out at once; who gets another password stays
//! in where they are signed in, for `max-age` at most. A wrong line is told in the log by its number, and the others
//! hold. While the file cannot be read nobody is let in.

mod config;
mod file;
mod password;
mod users;

use std::time::Duration;

use config::Settings;
use file::UsersFile;
use parlor_sdk::coweb::prelude::*;
use users::Users;

/// Holds the user's name.
const COOKIE: &str = "parlor-user";
/// The longest name and password that are looked at, in bytes. No user has a longer name.
const LONGEST_NAME: usize = 256;
const LONGEST_PASSWORD: usize = 1_024;

auth! { auth: Ini }

struct Ini {
    file: UsersFile,
    max_age: Duration,
}

impl Ini {
    fn users(&mut self) -> Result<&Users, String> {
        self.file.users(|users, complaints| {
            if let Some(words) = complaints.words() {
                log::warn(format!("the users' file: {words}"));
            }
            log::info(format!("the users' file was read: users={}", users.count()));
        })
    }
}

impl Auth for Ini {
    fn start() -> Result<Self, String> {
        let settings = Settings::read(parlor_sdk::config::all()?)?;
        let mut auth = Self { file: UsersFile::new(settings.file), max_age: settings.max_age };
        auth.users()?;
        Ok(auth)
    }

    fn requires_login(&mut self) -> Result<bool, String> {
        Ok(true)
    }

    fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
        let users = self.users()?;
        Ok(by.cookie(COOKIE).filter(|name| users.has(name)).map_or_else(Identity::nobody, Identity::user))
    }

    fn check_credentials(
        &mut self,
        _: &Request,
        username: &str,
        password: &str,
    ) -> Result<Option<Vec<Cookie>>, String> {
        let users = self.users()?;
        if username.len() > LONGEST_NAME || password.len() > LONGEST_PASSWORD {
            return Ok(None);
        }
        let right = users.check(username, password)?;
        Ok(right.then(|| vec![Cookie::set(COOKIE, username, self.max_age)]))
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(vec![Cookie::remove(COOKIE)])
    }
}
