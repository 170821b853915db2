//! How somebody becomes a client (Bayeux 1.0, section 4.1).

use std::sync::Arc;

use super::{
    answer::{Answers, write_id, write_string},
    application::{Application, Refusal},
    client::Client,
    hub::{Hub, NoPlace},
    message::Message,
    request::{CONNECTION_TYPES, NO_MORE, Problem},
};

/// The highest version of the protocol that is spoken (Bayeux 1.0, section 2.3).
const VERSION: (u32, u32) = (1, 0);

impl<A: Application> Hub<A> {
    /// Lets somebody in, and answers that.
    pub(super) async fn handshake(
        &self,
        caller: &A::Caller,
        message: &Message<'_>,
        answers: &mut Answers,
    ) -> Result<Arc<Client<A>>, Problem> {
        let refused = |error: &str| Problem::Error(error.into(), Some(NO_MORE));
        if !message.has_sound_id() {
            return Err(refused("400::invalid id"));
        }
        if message
            .minimum_version
            .as_deref()
            .is_some_and(|least| version(least).is_none_or(|least| least > VERSION))
        {
            return Err(refused("400::unsupported version"));
        }
        let theirs = message.supported_connection_types();
        let common: Vec<_> =
            CONNECTION_TYPES.into_iter().filter(|ours| theirs.iter().any(|their| their == ours)).collect();
        if common.is_empty() {
            return Err(refused("412::unsupported connection type"));
        }
        let _arrival = self.arrival();
        let data = self.application().handshake(caller, message).await.map_err(|refusal| match refusal {
            Refusal::Status(status, words) => Problem::Status(status, words),
            Refusal::Error(error) => Problem::Error(error, Some(NO_MORE)),
        })?;
        let acks = message.wants_acks();
        let client = self.admit(data, acks).map_err(|why| match why {
            NoPlace::Full => Problem::Status(503, "too many clients".into()),
            NoPlace::Closed => Problem::Status(404, "closed".into()),
        })?;
        let text = answers.next();
        text.push_str(r#"{"channel":"/meta/handshake","#);
        write_id(text, message.id);
        text.push_str(r#""supportedConnectionTypes":["#);
        for (index, name) in common.into_iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            write_string(text, name);
        }
        text.push_str(r#"],"clientId":"#);
        write_string(text, client.id());
        text.push_str(r#","successful":true,"version":"1.0","advice":{"reconnect":"retry","interval":0,"#);
        text.push_str(&self.advice);
        text.push_str(r#"},"ext":{"ack":"#);
        text.push_str(if acks { "true" } else { "false" });
        text.push_str(r#","authentication":{"failed":false}}}"#);
        Ok(client)
    }
}

/// The first two numbers of a version such as `1.0beta`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(|part| part.trim_end_matches(|last: char| !last.is_ascii_digit()));
    let major = numbers.next()?.parse().ok()?;
    Some((major, numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_version_the_first_two_numbers_count() {
        assert_eq!(version("1.0"), Some((1, 0)));
        assert_eq!(version("1.0.3beta2"), Some((1, 0)));
        assert_eq!(version("0.9"), Some((0, 9)));
        assert_eq!(version("2"), Some((2, 0)));
        assert_eq!(version("1.2rc"), Some((1, 2)));
        assert_eq!(version("new"), None);
    }
}
