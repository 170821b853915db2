//! Makes up names: nobody signs in, and whoever comes is `user000-k7qd`, `user001-k7qd` and so on. A cookie of one day
//! remembers the name.
//!
//! It takes no configuration, and serves where none else is configured as `auth`.
//!
//! The number tells apart those who come while this instance lives. What follows it was drawn when the instance
//! started, so that it does not hand out again what others still hold in cookies from before: they would be two of one
//! name. A counter in the store would do the same with shorter names; but it would ask for a grant, and be written to
//! by everybody who opens the page.

mod names;

use std::time::Duration;

use names::Names;
use parlor_sdk::coweb::prelude::*;

/// Not a name that other managers use: who is made up here must be nobody there.
const COOKIE: &str = "parlor-guest";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

auth! { auth: Public }

struct Public {
    names: Names,
}

impl Auth for Public {
    fn start() -> Result<Self, String> {
        Ok(Self { names: Names::new() })
    }

    fn current_user(&mut self, by: &Request) -> Result<Identity, String> {
        if let Some(name) = by.cookie(COOKIE).filter(|name| names::is_one(name)) {
            return Ok(Identity::user(name));
        }
        let name = self.names.next();
        Ok(Identity::user(&name).with(Cookie::set(COOKIE, name, DAY)))
    }

    fn clear_credentials(&mut self, _: &Request) -> Result<Vec<Cookie>, String> {
        Ok(vec![Cookie::remove(COOKIE)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(cookie: &Cookie) -> Request {
        let cookies = vec![(cookie.name.clone(), cookie.value.clone().unwrap())];
        Request { cookies, ..Request::default() }
    }

    #[test]
    fn who_comes_back_has_their_name_and_no_new_cookie() {
        let mut auth = Public::start().unwrap();
        let first = auth.current_user(&Request::default()).unwrap();
        assert_eq!(first.cookies[0].max_age, Some(86_400));
        let again = auth.current_user(&with_cookie(&first.cookies[0])).unwrap();
        assert_eq!(again, Identity::user(first.username.unwrap()));
    }

    #[test]
    fn a_name_is_good_in_the_next_instance_and_not_given_to_another() {
        let mut before = Public::start().unwrap();
        let ann = before.current_user(&Request::default()).unwrap();
        let mut after = Public::start().unwrap();
        assert_eq!(after.current_user(&with_cookie(&ann.cookies[0])).unwrap().username, ann.username);
        assert_ne!(after.current_user(&Request::default()).unwrap().username, ann.username);
    }

    #[test]
    fn who_leaves_is_somebody_else_next_time() {
        let mut auth = Public::start().unwrap();
        assert_eq!(auth.clear_credentials(&Request::default()), Ok(vec![Cookie::remove(COOKIE)]));
        let (first, next) = (auth.current_user(&Request::default()), auth.current_user(&Request::default()));
        assert_ne!(first.unwrap().username, next.unwrap().username);
    }
}
