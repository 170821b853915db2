//! A client of a session that speaks raw Bayeux, and can say what no honest one would.

use std::time::{Duration, Instant};

use futures_util::future::select_all;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::{scripted::PATIENCE, web::server::Server};

/// A client, on its way into a session or in it.
pub struct Peer {
    http: reqwest::Client,
    server: String,
    /// Said with every request.
    pub headers: Vec<(&'static str, String)>,
    /// The address of its session.
    pub session: String,
    /// The session's id.
    pub session_id: String,
    /// Its id, once it has shaken hands.
    pub id: String,
    ack: i64,
    sent: u32,
}

/// An answer: its status, and what it says, as text and, where it is that, as JSON.
#[derive(Debug)]
pub struct Said {
    /// The status.
    pub status: u16,
    /// The text.
    pub text: String,
    /// The JSON, or null.
    pub json: Value,
}

impl Said {
    async fn of(answer: Response) -> Self {
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a text");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, text, json }
    }

    /// The error of its first message.
    pub fn error(&self) -> &str {
        self.json[0]["error"].as_str().unwrap_or_default()
    }
}

impl Peer {
    /// Somebody who has asked for nothing yet. Each has an address of its own to be called `user`.
    pub fn new(server: &str, user: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = http.timeout(Duration::from_secs(30)).build().expect("a client");
        Self {
            http,
            server: server.to_owned(),
            headers: vec![("x-user", user.to_owned())],
            session: String::new(),
            session_id: String::new(),
            id: String::new(),
            ack: -1,
            sent: 0,
        }
    }

    /// Asks for a path of the server.
    pub async fn asks(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.server));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(body).send().await.expect("an answer")
    }

    /// Prepares a session, and remembers it, and the cookies that come along.
    pub async fn prepares(&mut self, what: Value) -> Said {
        let answer = self.asks(Method::POST, "/admin", what.to_string()).await;
        let cookies: Vec<_> = answer.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        for cookie in cookies {
            let cookie = cookie.to_str().expect("a text").split(';').next().expect("a pair").to_owned();
            self.headers.push(("cookie", cookie));
        }
        let said = Said::of(answer).await;
        self.session = said.json["sessionurl"].as_str().unwrap_or_default().to_owned();
        self.session_id = said.json["sessionid"].as_str().unwrap_or_default().to_owned();
        said
    }

    /// Posts a text to the session.
    pub async fn posts(&self, text: impl Into<reqwest::Body>) -> Said {
        Said::of(self.asks(Method::POST, &self.session, text).await).await
    }

    /// Sends a message, with its client id and a number where it has none.
    pub async fn sends(&mut self, mut message: Value) -> Said {
        self.sent += 1;
        let fields = message.as_object_mut().expect("a message");
        fields.entry("id").or_insert_with(|| self.sent.to_string().into());
        fields.entry("clientId").or_insert_with(|| self.id.clone().into());
        self.posts(json!([message]).to_string()).await
    }

    /// Shakes hands, with acknowledgements.
    pub async fn shakes_hands(&mut self) -> Said {
        let said = self
            .posts(
                json!([{"channel": "/meta/handshake", "version": "1.0", "id": "0",
                        "supportedConnectionTypes": ["long-polling"], "ext": {"ack": true}}])
                .to_string(),
            )
            .await;
        self.id = said.json[0]["clientId"].as_str().unwrap_or_default().to_owned();
        self.ack = -1;
        said
    }

    /// Connects for at most this long, and returns the messages that came.
    pub async fn connects(&mut self, hold: Duration) -> Vec<Value> {
        let said = self.tries_to_connect(hold).await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
        self.ack = said.json[0]["ext"]["ack"].as_i64().expect("a number");
        said.json.as_array().expect("messages")[1..].to_vec()
    }

    /// Connects for at most this long.
    pub async fn tries_to_connect(&mut self, hold: Duration) -> Said {
        self.sends(json!({"channel": "/meta/connect", "connectionType": "long-polling",
            "advice": {"timeout": hold.as_millis() as u64}, "ext": {"ack": self.ack}}))
            .await
    }

    /// Holds a connect that there is no answer to yet. Returns once the server holds it, with what will be its answer; if
    /// that is dropped, the request is broken off.
    ///
    /// Of two connects at once, the server answers the one that came first: then the other is held.
    pub async fn holds(&mut self) -> impl Future<Output = Said> {
        while !self.connects(Duration::ZERO).await.is_empty() {}
        let connect = json!([{"channel": "/meta/connect", "clientId": self.id, "id": "held",
            "connectionType": "long-polling", "ext": {"ack": self.ack}}]);
        let both = [connect.to_string(), connect.to_string()].map(|text| Box::pin(self.posts(text)));
        let (_, _, mut held) = select_all(both).await;
        held.pop().expect("there were two")
    }

    /// Subscribes.
    pub async fn subscribes(&mut self, channel: &str) -> Said {
        self.sends(json!({"channel": "/meta/subscribe", "subscription": channel})).await
    }

    /// Publishes.
    pub async fn publishes(&mut self, channel: &str, data: Value) -> Said {
        self.sends(json!({"channel": channel, "data": data})).await
    }

    /// A channel of its session.
    pub fn channel(&self, rest: &str) -> String {
        format!("/session/{}{rest}", self.session_id)
    }

    /// Prepares this key's session, and enters it as far as an updater does. Others that are in it must answer meanwhile.
    pub async fn enters(&mut self, key: &str) -> u64 {
        self.prepares(json!({"key": key, "collab": true, "cacheState": false})).await;
        self.joins(json!({})).await
    }

    /// Enters the prepared session as far as an updater does, if nobody is there who would have to be asked for the state.
    pub async fn joins(&mut self, ext: Value) -> u64 {
        let site = self.knocks(ext).await;
        self.becomes_updater().await;
        site
    }

    /// Shakes hands and asks to join; its site. The state is still to come.
    pub async fn knocks(&mut self, ext: Value) -> u64 {
        self.shakes_hands().await;
        self.connects(Duration::ZERO).await;
        for channel in [self.channel("/roster/*"), self.channel("/sync/*"), self.channel("/admin")] {
            let said = self.subscribes(&channel).await;
            assert_eq!(said.json[0]["successful"], true, "{}", said.text);
        }
        let said = self
            .sends(
                json!({"channel": "/meta/subscribe", "subscription": "/service/session/join/*", "ext": ext}),
            )
            .await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
        let messages = self.connects(Duration::from_secs(1)).await;
        messages[0]["data"].as_u64().expect("a site")
    }

    /// Says that it can bring others up to date.
    pub async fn becomes_updater(&mut self) {
        let said = self.subscribes("/service/session/updater").await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    }

    /// Answers whoever wants the state, with this one.
    pub async fn updates(&mut self, state: Value) {
        let messages = self.connects(Duration::from_secs(5)).await;
        let asked = messages.iter().find(|message| message["channel"] == "/service/session/updater");
        let token = asked.expect("somebody was to ask for the state")["data"].clone();
        let said = self.publishes("/service/session/updater", json!({"token": token, "state": state})).await;
        assert_eq!(said.json[0]["successful"], true, "{}", said.text);
    }
}

/// An event of an application.
pub fn event(value: &str) -> Value {
    json!({"topic": "coweb.sync.x.y", "value": value, "type": null, "position": 0, "context": null})
}

/// Two who are in one session: Anna, who was there first, and Ben.
pub async fn anna_and_ben(server: &Server) -> (Peer, Peer) {
    let (mut anna, mut ben) = (Peer::new(server.url(), "anna"), Peer::new(server.url(), "ben"));
    assert_eq!(anna.enters("k").await, 1);
    ben.prepares(json!({"key": "k", "collab": true, "cacheState": false})).await;
    assert_eq!(ben.knocks(json!({})).await, 2);
    anna.updates(json!([])).await;
    let state = ben.connects(Duration::from_secs(5)).await;
    assert_eq!(state[0]["channel"], "/service/session/join/state");
    ben.becomes_updater().await;
    (anna, ben)
}

/// Those of the messages that came on this channel.
pub fn on<'a>(messages: &'a [Value], channel: &str) -> Vec<&'a Value> {
    messages.iter().filter(|message| message["channel"] == channel).collect()
}

/// What somebody hears on a channel until it has come so often. What comes on others meanwhile is passed over.
///
/// # Panics
/// If it does not in [`PATIENCE`].
pub async fn hears(peer: &mut Peer, channel: &str, times: usize) -> Vec<Value> {
    let mut heard = Vec::new();
    let begin = Instant::now();
    while heard.len() < times {
        assert!(begin.elapsed() < PATIENCE, "{channel} was to come {times} times: {heard:?}");
        let messages = peer.connects(Duration::from_secs(2)).await;
        heard.extend(on(&messages, channel).into_iter().cloned());
    }
    heard
}
