//! Chromium, and the driver that lets tests control it.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{Capabilities, WebDriver};

use crate::{daemon::Daemon, scripted::PATIENCE};

/// A driver, which starts as many browsers as are wanted.
pub struct Driver {
    daemon: Daemon,
    url: String,
}

/// A browser that nobody has used before: with cookies and connections of its own, and one page. It ends with this.
pub struct Browser {
    /// What controls it.
    pub page: WebDriver,
    process: Pid,
    /// What it keeps.
    _profile: TempDir,
}

/// What the driver writes before the number of its port.
const LISTENS: &str = "started successfully on port ";

/// How a browser is started.
const OPTIONS: &[&str] = &[
    "--headless",
    // As root, which CI is, it runs without its sandbox only. All that it opens are pages of the tests.
    "--no-sandbox",
    "--disable-gpu",
    // Containers have little of that memory.
    "--disable-dev-shm-usage",
    // It ends when the driver does, also where that is killed.
    "--remote-debugging-pipe",
    // Nobody looks at any of the pages, and yet they go on as if somebody did.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    // It talks to the servers of the tests and to nobody else.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-extensions",
    "--disable-quic",
    "--disable-crash-reporter",
    "--no-first-run",
    "--no-proxy-server",
];

impl Driver {
    /// Starts the driver.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut daemon = Daemon::ours("chromedriver", folder, &["--port=0", "--log-level=SEVERE"]);
        daemon.writes(LISTENS, 1).await;
        let log = daemon.log();
        let (_, port) = log.split_once(LISTENS).expect("the driver says its port");
        let port = port.split('.').next().expect("a number");
        Self { url: format!("http://127.0.0.1:{port}"), daemon }
    }

    /// Starts a browser.
    pub async fn browser(&self) -> Browser {
        let profile = tempfile::tempdir_in(self.daemon.folder.path()).expect("a folder");
        let own = format!("--user-data-dir={}", profile.path().display());
        let options: Vec<_> = OPTIONS.iter().copied().chain([&*own]).collect();
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": "/usr/bin/chromium", "args": options },
            // A page that shows a dialog stands still until a test closes it.
            "unhandledPromptBehavior": "ignore",
        });
        let wanted: Capabilities = serde_json::from_value(wanted).expect("an object");
        let page = WebDriver::builder(&*self.url, wanted).request_timeout(2 * PATIENCE).connect().await;
        let page = page.unwrap_or_else(|error| panic!("no browser: {error}: {}", self.daemon.log()));
        // Its own way to end it would wait for this very thread.
        page.clone().leak().expect("a browser that runs");
        page.set_script_timeout(PATIENCE).await.expect("a browser that runs");
        page.set_page_load_timeout(PATIENCE).await.expect("a browser that runs");
        let process = page.capabilities().get("goog:processID").and_then(Value::as_i64);
        let process = Pid::from_raw(process.and_then(|id| id.try_into().ok()).expect("a process id"));
        Browser { page, process, _profile: profile }
    }
}

impl Browser {
    /// Ends it at once, in the midst of whatever it does.
    pub fn kill(self) {
        // A page that waits for something has a process that runs.
        kill(self.process, Signal::SIGKILL).expect("a process of ours");
    }

    /// Whether its process has not ended. The driver, its parent, may not have noticed yet: then it has no command.
    fn runs(&self) -> bool {
        fs::read(format!("/proc/{}/cmdline", self.process)).is_ok_and(|command| !command.is_empty())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let begin = Instant::now();
        // It may have been killed.
        let _ = kill(self.process, Signal::SIGTERM);
        while self.runs() {
            if begin.elapsed() > Duration::from_secs(5) {
                let _ = kill(self.process, Signal::SIGKILL);
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}
