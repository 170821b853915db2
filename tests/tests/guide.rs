//! The guide: every command in it is run as it stands there, and says what it is said to say.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use parlor_tests::{
    irc::{client::Client, ngircd::Ngircd},
    languages::parlor_with_tools,
    program::Session,
};
use tempfile::TempDir;

/// A fenced block: what stands behind its fence, and its lines.
struct Block {
    info: Vec<String>,
    lines: Vec<String>,
}

/// The blocks of the guide that are of use here: those with more than a language behind their fence.
fn blocks() -> Vec<Block> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide.md");
    let text = fs::read_to_string(path).unwrap();
    let mut blocks = Vec::new();
    let mut open = None::<Block>;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                let info = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { info, lines: Vec::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks.into_iter().filter(|block| block.info.len() > 1).collect()
}

/// Commands, each with the lines that it is to write.
fn commands(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut commands = Vec::<(String, Vec<String>)>::new();
    for line in &block.lines {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), Vec::new())),
            None => commands.last_mut().expect("a command before its output").1.push(line.clone()),
        }
    }
    commands
}

/// Somebody at a shell, who follows the guide.
struct Reader {
    home: TempDir,
    /// Where the last command left them.
    folder: PathBuf,
}

impl Reader {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().to_owned();
        Self { home, folder }
    }

    /// A shell with the program on its path, the tools of this checkout, and a home of its own.
    fn shell(&self) -> Command {
        let parlor = parlor_with_tools();
        let mut shell = Command::new("bash");
        shell.env_clear();
        for (name, value) in parlor.get_envs() {
            shell.envs(value.map(|value| (name, value)));
        }
        // What a reader has installed would be in the project, and their store in their home.
        shell.env_remove("VIRTUAL_ENV").env("XDG_DATA_HOME", self.home.path().join("data"));
        let program = Path::new(parlor.get_program()).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        shell.env("PATH", path).current_dir(&self.folder);
        shell
    }

    /// Runs a command, which is to succeed and write these lines, among others and in this order.
    fn runs(&mut self, command: &str, expected: &[String]) {
        let script = format!("set -e\n{command}\nprintf '\\nfolder=%s' \"$PWD\"");
        let output = self.shell().args(["-c", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "$ {command}\n{said}\n{error}");
        let (said, folder) = said.rsplit_once("\nfolder=").unwrap();
        self.folder = folder.into();
        let mut lines = said.lines();
        for line in expected {
            assert!(
                lines.any(|seen| seen.contains(&**line)),
                "$ {command}\n{said}\nlacks, or not there: {line}"
            );
        }
    }
}

/// Follows the guide from its first block of this kind to its last.
async fn follow(kind: &str) {
    let mut reader = Reader::new();
    let server = Ngircd::start().await;
    let mut session = None;
    for block in blocks() {
        let info: Vec<_> = block.info.iter().map(String::as_str).collect();
        match info[..] {
            ["console", name] if name == kind => {
                for (command, expected) in commands(&block) {
                    // The machine of a test may have another way to it, and no rustup.
                    if !command.starts_with("rustup ") {
                        reader.runs(&command, &expected);
                    }
                }
            }
            ["console", name, "running"] if name == kind => {
                let [(command, _)] = &commands(&block)[..] else { panic!("one command runs") };
                let mut shell = reader.shell();
                shell.args(["-c", &format!("exec {command}")]);
                session = Some(Session::of(shell));
            }
            ["toml", file] if kind == "python" => {
                let text = block.lines.join("\n");
                // A server of ours takes the place of the public one, and speaks in the clear.
                let text = text.replace("irc.libera.chat:6697", &server.address());
                let text = text.replace("nick = ", "tls = false, nick = ");
                fs::write(reader.folder.join(file), text).unwrap();
            }
            ["text", "irc"] if kind == "python" => {
                let mut ann = Client::connect(&server.address(), "ann").await;
                ann.joins("#parlor-test").await;
                ann.sees_join("my-greeter", "#parlor-test").await;
                for pair in block.lines.chunks(2) {
                    let said = pair[0].strip_prefix("<ann> ").unwrap();
                    let answer = pair[1].strip_prefix("<my-greeter> ").unwrap();
                    assert_eq!(ann.asks("#parlor-test", said, "my-greeter").await, answer);
                }
            }
            _ => {}
        }
    }
    if let Some(session) = session {
        session.stop().await;
    }
}

#[tokio::test]
async fn whoever_follows_the_guide_in_python_has_a_bot_on_irc() {
    follow("python").await;
}

#[tokio::test]
async fn whoever_follows_the_guide_in_rust_has_a_bot() {
    follow("rust").await;
}

#[tokio::test]
async fn what_the_guide_installs_is_what_is_tested() {
    // Building the program once more, as somebody else, is no business of a test; that it is these commands is.
    let install = blocks().into_iter().find(|block| block.info[1] == "install").unwrap();
    let commands: Vec<_> = commands(&install).into_iter().map(|(command, _)| command).collect();
    assert_eq!(
        commands,
        [
            "cargo xtask guests",
            "cargo build --release --package parlor",
            "export PATH=\"$PWD/target/release:$PATH\""
        ]
    );
}
