//! `parlor run --watch`: builds a project, and puts each new build in the place of the bot that runs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::{
    sync::mpsc,
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use super::{Failed, progress::Shown};
use crate::{
    bots::Bots,
    config::{CommandLineExtension, Config, Kind},
    project::build::{self, Built, Mode},
};

/// Files that are saved together come within this time; what comes later makes another build.
const TOGETHER: Duration = Duration::from_millis(30);
/// The most folders of a project that are watched.
const MOST_FOLDERS: usize = 500;
/// Folders that builds write, and that nobody edits.
const NOT_WATCHED: &[&str] = &["build", "target", "node_modules", "__pycache__"];
/// Where a component that is but the engine for a program reads it from.
const PROGRAM: &str = "parlor-source";

/// A project that is worked on.
pub(super) struct Watched {
    folder: PathBuf,
    /// What its bot is called.
    pub bot: String,
    /// What was built last.
    pub component: PathBuf,
    /// What its bot is configured with on top of what is said elsewhere.
    pub config: BTreeMap<String, String>,
}

impl Watched {
    /// Builds the project in `folder`, whose bot is configured in `config` or will be of the project's name.
    pub fn new(folder: &Path, config: &Config) -> Result<Self, Failed> {
        let mut shown = Shown::new();
        let built = build::build(folder, Mode::Fast, &mut shown)?;
        drop(shown);
        let usual = folder.join("build").join(&built.name).with_extension("wasm");
        // It need not be there: what is built to be tried may be elsewhere.
        let place = |path: &Path| {
            let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
            folder.zip(path.file_name().map(ToOwned::to_owned))
        };
        let same = |path: &Path| place(path).is_some_and(|other| Some(other) == place(&usual));
        let configured = config.bots.iter().find(|(_, plan)| same(&plan.component));
        let bot = configured
            .map_or_else(|| CommandLineExtension::new(&usual, Kind::Bot).name, |(name, _)| name.clone());
        let config = program(&built)?;
        Ok(Self { folder: folder.to_owned(), bot, component: built.path, config })
    }

    /// As a component of the command line.
    pub fn extension(&self) -> CommandLineExtension {
        CommandLineExtension { name: self.bot.clone(), component: self.component.clone(), kind: Kind::Bot }
    }
}

/// What a component has to be told that runs a program.
fn program(built: &Built) -> anyhow::Result<BTreeMap<String, String>> {
    let Some(path) = &built.program else { return Ok(BTreeMap::new()) };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BTreeMap::from([(PROGRAM.to_owned(), text)]))
}

/// Watches projects until this is dropped.
pub(super) struct Watching {
    _tasks: JoinSet<()>,
}

impl Watching {
    /// Builds each project anew whenever a file of it changes, and exchanges its bot.
    ///
    /// # Errors
    /// If files cannot be watched on this machine.
    pub fn start(projects: Vec<Watched>, bots: &Arc<Bots>) -> anyhow::Result<Self> {
        let mut tasks = JoinSet::new();
        for project in projects {
            let (say, changes) = mpsc::channel(1);
            let watcher = watcher(say)?;
            let bots = Arc::clone(bots);
            tasks.spawn(follow(project, watcher, changes, bots));
        }
        Ok(Self { _tasks: tasks })
    }
}

/// A watcher that says when anything changes that somebody may have edited.
fn watcher(say: mpsc::Sender<()>) -> anyhow::Result<RecommendedWatcher> {
    let hear = move |event: notify::Result<notify::Event>| {
        // To read a file changes nothing, and is what a build does.
        let changed = |event: &notify::Event| !matches!(event.kind, EventKind::Access(_));
        if event.is_ok_and(|event| changed(&event) && event.paths.iter().any(|path| is_watched(path))) {
            // One that waits already stands for this as well.
            let _ = say.try_send(());
        }
    };
    Ok(notify::recommended_watcher(hear)?)
}

fn is_watched(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else { return false };
    !name.starts_with('.') && !name.ends_with('~') && !NOT_WATCHED.contains(&&*name)
}

/// The project's folders, without those that builds write.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(folder) = found.get(next).filter(|_| found.len() < MOST_FOLDERS).cloned() {
        next += 1;
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let inside = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        found.extend(inside.map(|entry| entry.path()).filter(|path| is_watched(path)));
    }
    found
}

async fn follow(
    mut project: Watched,
    mut watcher: RecommendedWatcher,
    mut changes: mpsc::Receiver<()>,
    bots: Arc<Bots>,
) {
    loop {
        // Folders may be new since the last build. One that is gone is watched no more.
        for folder in folders(&project.folder) {
            let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
        }
        if changes.recv().await.is_none() {
            return;
        }
        while timeout(TOGETHER, changes.recv()).await.is_ok_and(|change| change.is_some()) {}
        let folder = project.folder.clone();
        let begin = std::time::Instant::now();
        let built = spawn_blocking(move || {
            let mut shown = Shown::new();
            let built = build::build(&folder, Mode::Fast, &mut shown)?;
            let config = program(&built)?;
            anyhow::Ok((built, config))
        });
        let (built, config) = match built.await.map_err(Into::into).flatten() {
            Ok(built) => built,
            Err(why) => {
                tracing::warn!(target: "watch", "{}: {why:#}. The one before runs on.", project.bot);
                continue;
            }
        };
        project.component = built.path;
        match bots.exchange(&project.bot, project.component.clone(), config).await {
            Ok(()) => {
                let took = begin.elapsed().as_secs_f64();
                tracing::info!(target: "watch", "{} is the new one, after {took:.2} s", project.bot);
            }
            Err(why) => tracing::warn!(target: "watch", "{} {why}", project.bot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_builds_write_is_not_watched() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["src/deep", "build/bindings", "target/release", ".git/objects", "wit/deps"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let mut found: Vec<_> = folders(folder.path())
            .into_iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        found.sort();
        assert_eq!(found, ["", "src", "src/deep", "wit", "wit/deps"]);
    }
}
