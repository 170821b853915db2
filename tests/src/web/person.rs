//! A person in a browser, with a shared list and one of the real clients (`tests/web/pages/person.js`).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::By;
use tokio::time::sleep;

use crate::{
    scripted::PATIENCE,
    web::browser::{Browser, Driver},
};

/// Somebody with a browser of their own.
pub struct Person {
    browser: Browser,
}

impl Person {
    /// Has a browser with no page yet.
    pub async fn nowhere(driver: &Driver) -> Self {
        Self { browser: driver.browser().await }
    }

    /// Goes to this address, in place of where they are.
    pub async fn opens(&self, address: &str) {
        self.browser
            .page
            .goto(address)
            .await
            .unwrap_or_else(|error| panic!("cannot open {address}: {error}"));
    }

    /// Waits until the client of this release is there.
    pub async fn loaded(&self, client: &str) {
        self.until("seen.length > 0").await;
        self.has("of('loaded').length", 1).await;
        self.has("version", client).await;
    }

    /// Fills in the form that they see, and sends it. Returns on the page that comes of it, which is elsewhere.
    pub async fn fills_in(&self, fields: &[(&str, &str)]) {
        let page = &self.browser.page;
        let form = self.address().await;
        for (name, text) in fields {
            let field = page.find(By::Name(*name)).await.expect("a field of this name");
            field.send_keys(*text).await.expect("a field for text");
        }
        page.find(By::Css("form button"))
            .await
            .expect("a button")
            .click()
            .await
            .expect("a form that can be sent");
        let begin = Instant::now();
        // The driver does not always wait for the next page.
        while self.address().await == form {
            assert!(begin.elapsed() < PATIENCE, "the form was to be sent");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Where they are.
    pub async fn address(&self) -> String {
        self.browser.page.current_url().await.expect("an address").to_string()
    }

    /// Runs the body of an asynchronous function in the page, and returns what that returns, or the message of the
    /// error that it fails with.
    pub async fn run(&self, body: &str) -> Result<Value, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            (async () => {{ {body} }})().then(
                (value) => done({{ value: value === undefined ? null : value }}),
                (error) => done({{ error: String(error && error.message || error) }}));"
        );
        let outcome = match self.browser.page.execute_async(script, Vec::new()).await {
            Ok(outcome) => outcome.json().clone(),
            Err(error) => panic!("{body}: {}\n{}", first_line(&error), self.report().await),
        };
        match outcome.get("error") {
            Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
            None => Ok(outcome["value"].clone()),
        }
    }

    /// Does something with `person`, such as `edit('insert', 0, 'a')`; returns what comes of it.
    ///
    /// # Panics
    /// If it fails, or does not come to an end in [`PATIENCE`].
    pub async fn does(&self, what: &str) -> Value {
        match self.run(&format!("return await person.{what};")).await {
            Ok(value) => value,
            Err(error) => panic!("{what}: {error}\n{}", self.report().await),
        }
    }

    /// Tries what must fail, and returns what the client says then.
    ///
    /// # Panics
    /// If it does not fail.
    pub async fn fails(&self, what: &str) -> String {
        match self.run(&format!("return await person.{what};")).await {
            Ok(value) => panic!("{what} was to fail: {value}\n{}", self.report().await),
            Err(error) => error,
        }
    }

    /// Begins something that takes its time, and does not wait for its end.
    pub async fn begins(&self, what: &str) {
        self.run(&format!("person.{what};")).await.expect("a beginning");
    }

    /// Waits until this is true, in which the names of `person` stand for themselves: `items.length === 3`.
    ///
    /// # Panics
    /// If it is not in [`PATIENCE`].
    pub async fn until(&self, condition: &str) {
        let body = format!("with (person) {{ await until(() => ({condition})); }}");
        // An asynchronous function of its own, since `with` is not for strict ones.
        self.run(&body).await.unwrap_or_else(|error| panic!("{condition}: {error}"));
    }

    /// Asserts what something of `person` is.
    pub async fn has(&self, what: &str, value: impl Into<Value>) {
        let found = self.does(what).await;
        let value = value.into();
        assert!(found == value, "{what} is {found}, not {value}\n{}", self.report().await);
    }

    /// Comes into the session, with these options for the client's `prepare` beside the usual ones. Returns the site.
    pub async fn enters(&self, options: Value) -> u64 {
        let site = self.does(&format!("enter({options})")).await;
        site.as_u64().unwrap_or_else(|| panic!("no site: {site}"))
    }

    /// Comes into the session of the tests.
    pub async fn joins(&self) -> u64 {
        self.enters(json!({})).await
    }

    /// The shared list.
    pub async fn items(&self) -> Vec<String> {
        serde_json::from_value(self.does("items").await).expect("a list of text")
    }

    /// Waits until the list has this many entries.
    pub async fn has_items(&self, items: &[&str]) {
        self.until(&format!("JSON.stringify(items) === JSON.stringify({})", json!(items))).await;
    }

    /// What the client complained of.
    pub async fn trouble(&self) -> Vec<String> {
        let words = self.run("return person.of('trouble').map((event) => event.words);").await;
        serde_json::from_value(words.expect("a list")).expect("a list of text")
    }

    /// All there is to know, for a test that fails.
    pub async fn report(&self) -> String {
        let body = "return window.person ? person.report() : document.documentElement.outerHTML";
        match self.browser.page.execute(body, Vec::new()).await {
            Ok(report) => report.json().as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("and the page does not answer: {}", first_line(&error)),
        }
    }

    /// Waits until the page stands still, as one in a debugger or on a computer that sleeps: `person.freeze()`.
    ///
    /// # Panics
    /// If it does not in [`PATIENCE`].
    pub async fn is_frozen(&self) {
        let begin = Instant::now();
        // The driver has no event for that.
        while self.browser.page.get_alert_text().await.is_err() {
            assert!(begin.elapsed() < PATIENCE, "the page was to stand still");
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Lets it go on.
    pub async fn thaws(&self) {
        self.browser.page.accept_alert().await.expect("a page that stands still");
    }

    /// Closes the page, as a person does.
    pub async fn closes(self) {
        self.browser.page.close_window().await.expect("a page");
    }

    /// Ends in the midst of it all: the whole browser is killed.
    pub fn dies(self) {
        self.browser.kill();
    }
}

/// The driver adds where it was in its own code.
fn first_line(error: &dyn std::error::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
