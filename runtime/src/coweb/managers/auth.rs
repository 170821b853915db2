//! Who people are.

use std::sync::OnceLock;

use super::{DEADLINE, Desk, Unanswered};
use crate::{
    coweb::{
        bindings::{Request, handlers::auth},
        exports,
    },
    imports::State,
    sandbox::Live,
};

pub use auth::{Cookie, Identity};

/// The longest name of a user, in bytes.
const LONGEST_NAME: usize = 256;
/// The most cookies that a manager may set in one answer.
const MOST_COOKIES: usize = 8;
/// The longest value of a cookie, in bytes.
const LONGEST_VALUE: usize = 2_048;
/// The longest that a cookie may hold, in seconds.
const LONGEST_AGE: u32 = 30 * 24 * 60 * 60;

/// How the manager wants to work: asked once per instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// People sign in through the login form.
    pub login: bool,
    /// It lives on cookies.
    pub cookies: bool,
}

/// The auth manager.
#[derive(Default)]
pub struct Auth {
    /// Where it is asked.
    pub desk: Desk,
    ways: OnceLock<Ways>,
}

impl Auth {
    /// Asks an instance that has started how it works.
    ///
    /// # Errors
    /// The outer if it traps, the inner in the manager's own words.
    pub async fn begin(&self, live: &mut Live<State>) -> wasmtime::Result<Result<(), String>> {
        let exports = exports::of(live)?;
        let Some(auth) = &exports.auth else { return Ok(Err("it exports no parlor:coweb/auth".into())) };
        let login = match auth.call_requires_login(&mut live.store).await? {
            Ok(login) => login,
            Err(words) => return Ok(Err(words)),
        };
        let cookies = match auth.call_requires_cookies(&mut live.store).await? {
            Ok(cookies) => cookies,
            Err(words) => return Ok(Err(words)),
        };
        // The first answer holds for the program's life: sites that need no login do not become such that do.
        let _ = self.ways.set(Ways { login, cookies });
        Ok(Ok(()))
    }

    /// How it works; as strictly as possible while it has not said.
    pub fn ways(&self) -> Ways {
        self.ways.get().copied().unwrap_or(Ways { login: true, cookies: false })
    }

    /// Whom a request comes from.
    ///
    /// # Errors
    /// If the manager did not say, or said what is no name.
    pub async fn get_current_user(&self, by: Request) -> Result<Identity, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(auth) = &exports.auth else { return Ok(Err("it exports no auth".into())) };
                auth.call_get_current_user(&mut live.store, &by).await
            })
        });
        let identity = asked.await?;
        if let Some(name) = &identity.username
            && !(1..=LONGEST_NAME).contains(&name.len())
        {
            return Err(Unanswered::Wrong(format!("a user's name has 1 to {LONGEST_NAME} bytes")));
        }
        check(&identity.cookies)?;
        Ok(identity)
    }

    /// The cookies that remember a name and a password, if they are right.
    ///
    /// # Errors
    /// If the manager did not say.
    pub async fn check_credentials(
        &self,
        by: Request,
        name: String,
        password: String,
    ) -> Result<Option<Vec<Cookie>>, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(auth) = &exports.auth else { return Ok(Err("it exports no auth".into())) };
                auth.call_check_credentials(&mut live.store, &by, &name, &password).await
            })
        });
        let cookies = asked.await?;
        cookies.as_deref().map_or(Ok(()), check)?;
        Ok(cookies)
    }

    /// The cookies that forget the user.
    ///
    /// # Errors
    /// If the manager did not say.
    pub async fn clear_credentials(&self, by: Request) -> Result<Vec<Cookie>, Unanswered> {
        let asked = self.desk.ask(move |live| {
            Box::pin(async move {
                let exports = exports::of(live)?;
                let Some(auth) = &exports.auth else { return Ok(Err("it exports no auth".into())) };
                auth.call_clear_credentials(&mut live.store, &by).await
            })
        });
        let cookies = asked.await?;
        check(&cookies)?;
        Ok(cookies)
    }
}

/// Whether a manager may set these.
fn check(cookies: &[Cookie]) -> Result<(), Unanswered> {
    let wrong = |words: String| Err(Unanswered::Wrong(words));
    if cookies.len() > MOST_COOKIES {
        return wrong(format!("at most {MOST_COOKIES} cookies in one answer"));
    }
    for cookie in cookies {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !(1..=64).contains(&cookie.name.len()) || !cookie.name.chars().all(fits) {
            return wrong("a cookie's name is 1 to 64 letters, digits, `-`, `_` and `.`".into());
        }
        if cookie.value.as_ref().is_some_and(|value| value.len() > LONGEST_VALUE) {
            return wrong(format!("a cookie's value has at most {LONGEST_VALUE} bytes"));
        }
        if cookie.max_age.is_some_and(|age| age > LONGEST_AGE) {
            return wrong("a cookie holds for 30 days at most".into());
        }
    }
    Ok(())
}

const _: () = assert!(DEADLINE.as_millis() < 2_000, "the contract's bound");
