//! The cookies of auth managers: signed by the server, with the time until which they hold.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieJar, Key, SameSite};

use super::{managers, secret::Secret};

/// In front of every name: what managers set is no other application's.
const PREFIX: &str = "parlor.";
/// How long a cookie holds that has no age: browsers keep such for as long as they run.
const AGELESS: Duration = Duration::from_hours(24);
/// The most cookies of a request that are looked at.
const MOST: usize = 16;

/// Signs and checks.
pub struct Cookies {
    key: Key,
    secure: bool,
}

impl Cookies {
    /// Signed with the server's secret. `secure` keeps them off plain HTTP.
    pub fn new(secret: &Secret, secure: bool) -> Self {
        Self { key: secret.cookie_key(), secure }
    }

    /// The cookies of a request that were signed here and still hold, sorted: names without the prefix, and values.
    pub fn read(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let mut jar = CookieJar::new();
        let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let ours =
            texts.flat_map(Cookie::split_parse).flatten().filter(|cookie| cookie.name().starts_with(PREFIX));
        for cookie in ours.take(MOST) {
            jar.add_original(cookie.into_owned());
        }
        let signed = jar.signed(&self.key);
        let now = now();
        let mut held: Vec<_> = jar
            .iter()
            .filter_map(|cookie| {
                let cookie = signed.get(cookie.name())?;
                // Signatures are of values alone: one that was made for another name is none.
                let name = cookie.name().strip_prefix(PREFIX)?.to_owned();
                let mut parts = cookie.value().splitn(3, ':');
                let (until, made_for, value) = (parts.next()?, parts.next()?, parts.next()?);
                if made_for != name || until.parse::<u64>().ok()? <= now {
                    return None;
                }
                let value = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
                Some((name, value.into_owned()))
            })
            .collect();
        held.sort();
        held
    }

    /// The headers that set or remove a manager's cookies.
    pub fn write(&self, cookies: &[managers::Cookie]) -> Vec<HeaderValue> {
        cookies.iter().filter_map(|cookie| HeaderValue::from_str(&self.written(cookie)).ok()).collect()
    }

    fn written(&self, cookie: &managers::Cookie) -> String {
        let name = format!("{PREFIX}{}", cookie.name);
        let build = |value: String| {
            Cookie::build((name.clone(), value))
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .secure(self.secure)
        };
        let Some(value) = &cookie.value else {
            return build(String::new()).removal().build().to_string();
        };
        let age = cookie.max_age.map_or(AGELESS, |age| Duration::from_secs(age.into()));
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        let mut written = build(format!("{}:{}:{value}", now() + age.as_secs(), cookie.name));
        if cookie.max_age.is_some() {
            written = written.max_age(cookie::time::Duration::seconds(age.as_secs() as i64));
        }
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(written.build());
        jar.get(&name).map(ToString::to_string).unwrap_or_default()
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(value: &str, max_age: Option<u32>) -> managers::Cookie {
        managers::Cookie { name: "user".into(), value: Some(value.into()), max_age }
    }

    /// What a browser sends back.
    fn sent(set: &[HeaderValue]) -> HeaderMap {
        let pairs = set.iter().map(|set| set.to_str().unwrap().split(';').next().unwrap());
        let pairs: Vec<_> = pairs.collect();
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&pairs.join("; ")).unwrap())])
    }

    #[test]
    fn what_was_set_is_read_again_by_whoever_signed_it() {
        let ours = Cookies::new(&Secret::new(None), false);
        let headers = sent(&ours.write(&[cookie("jörg; \"x\" = 1", Some(60))]));
        assert_eq!(ours.read(&headers), [("user".to_owned(), "jörg; \"x\" = 1".to_owned())]);
        assert_eq!(Cookies::new(&Secret::new(None), false).read(&headers), []);
    }

    #[test]
    fn the_same_secret_holds_over_a_restart() {
        let headers =
            sent(&Cookies::new(&Secret::new(Some("a secret")), false).write(&[cookie("ann", None)]));
        assert_eq!(Cookies::new(&Secret::new(Some("a secret")), false).read(&headers).len(), 1);
        assert_eq!(Cookies::new(&Secret::new(Some("another")), false).read(&headers), []);
    }

    #[test]
    fn one_that_has_run_out_or_was_tampered_with_is_none() {
        let ours = Cookies::new(&Secret::new(None), false);
        assert_eq!(ours.read(&sent(&ours.write(&[cookie("ann", Some(0))]))), []);
        let good = sent(&ours.write(&[cookie("ann", None)]));
        let text = good[header::COOKIE].to_str().unwrap().replace("ann", "bob");
        assert_eq!(ours.read(&sent(&[HeaderValue::from_str(&text).unwrap()])), []);
        // One manager's cookie under another name.
        let text = good[header::COOKIE].to_str().unwrap().replace("parlor.user", "parlor.admin");
        assert_eq!(ours.read(&sent(&[HeaderValue::from_str(&text).unwrap()])), []);
    }

    #[test]
    fn scripts_and_other_sites_do_not_get_them() {
        let set = Cookies::new(&Secret::new(None), true).write(&[cookie("ann", Some(60))]);
        let set = set[0].to_str().unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age=60"] {
            assert!(set.contains(attribute), "{set}");
        }
    }
}
