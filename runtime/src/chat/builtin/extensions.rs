//! `bots`, `start`, `stop` and `reload`.

use std::sync::Arc;

use super::Builtin;
use crate::chat::{router::Router, steward::Steward};

/// What is done with a bot.
#[derive(Clone, Copy)]
pub(super) enum Task {
    Start,
    Stop,
    Reload,
}

impl Task {
    pub(super) fn of(builtin: Builtin) -> Self {
        match builtin {
            Builtin::Start => Self::Start,
            Builtin::Stop => Self::Stop,
            _ => Self::Reload,
        }
    }

    fn builtin(self) -> Builtin {
        match self {
            Self::Start => Builtin::Start,
            Self::Stop => Builtin::Stop,
            Self::Reload => Builtin::Reload,
        }
    }
}

/// All bots, a line each.
pub(super) fn bots(router: &Router) -> String {
    let bots = router.steward().map(|steward| steward.bots()).unwrap_or_default();
    if bots.is_empty() {
        return "There are no bots.".into();
    }
    let line = |bot: &crate::chat::steward::Report| {
        let figures = &bot.figures;
        let used = if figures.calls > 0 {
            format!("; {} calls, {:.1?} of CPU", figures.calls, figures.cpu_time)
        } else {
            String::new()
        };
        let lost = figures.dropped + figures.refused;
        let lost = if lost > 0 { format!("; {lost} dropped") } else { String::new() };
        format!("- **{}**: {}{used}{lost}", bot.name, bot.state)
    };
    bots.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One extension: how it stands and why, and what it uses.
pub(super) fn status(router: &Router, name: &str) -> String {
    match router.steward().and_then(|steward| steward.extension(name)) {
        Some(report) => format!("**{}**: {}\n{}", report.name, report.state, report.figures),
        None => format!(
            "There is no extension `{}`; `bots` and `networks` list those that there are.",
            shown(name)
        ),
    }
}

/// What somebody wrote, in short and without what could end the quotation.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control() && *letter != '`').take(40).collect()
}

/// Does it, and says what came of it.
pub(super) async fn run(task: Task, steward: Option<Arc<dyn Steward>>, name: &str) -> Result<String, String> {
    let steward = steward.ok_or("nobody looks after bots here")?;
    if name.is_empty() {
        return Err(super::usage(task.builtin()));
    }
    match task {
        Task::Start => steward.start(name).await,
        Task::Stop => steward.stop(name).await,
        Task::Reload => steward.reload(name).await,
    }
}
