//! What is demanded of those who choose updaters.

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    trial::Trial,
};

behaviours! {
    "it starts" => starts,
    "it chooses one of those that there are, or none" => one_of,
    "where nobody is it chooses nobody" => nobody,
    "the same question has the same answer twice" => twice,
    "types of any shape, and very many, do not break it" => shapes,
}

async fn begin(trial: &mut Trial) -> Check {
    starts(trial).await.needed("it does not start")
}

async fn starts(trial: &mut Trial) -> Check {
    trial.fine("updater-type-matcher.start", vec![]).await.map(drop)
}

/// What it chooses for somebody of this type.
async fn choice(trial: &mut Trial, wanted: &str, available: &[&str]) -> Result<Option<String>, Seen> {
    let arguments = vec![shape::text(wanted), shape::texts(available.iter().copied())];
    match trial.words("updater-type-matcher.match-updater-type", arguments).await? {
        Ok(Some(Val::Option(found))) => {
            let found = found.and_then(|found| crate::talk::values::words(&found).map(str::to_owned));
            if let Some(found) = &found {
                demand!(
                    available.contains(&&**found),
                    "for {} it chooses {found:?}, which is none of {available:?}",
                    odd::shown(wanted)
                );
            }
            Ok(found)
        }
        // An error counts as none.
        Err(_) => Ok(None),
        other => Err(Seen::Wrong(format!("match-updater-type answered {other:?}"))),
    }
}

const SESSIONS: [(&str, &[&str]); 6] = [
    ("editor", &["editor"]),
    ("editor", &["default", "editor", "default"]),
    ("editor", &["default", "default"]),
    ("editor/2", &["editor/1", "viewer/2", "editor"]),
    ("editor", &["Editor", "editor-2", "edito"]),
    ("viewer", &["editor", "viewer", "viewer", "editor"]),
];

async fn one_of(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for (wanted, available) in SESSIONS {
        choice(trial, wanted, available).await?;
    }
    Ok(())
}

async fn nobody(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let found = choice(trial, "editor", &[]).await?;
    demand!(found.is_none(), "it chooses {found:?}");
    Ok(())
}

async fn twice(trial: &mut Trial) -> Check {
    begin(trial).await?;
    for (wanted, available) in SESSIONS {
        // What it chooses at all is another behaviour's.
        let ask = || vec![shape::text(wanted), shape::texts(available.iter().copied())];
        let first = trial.ask("updater-type-matcher.match-updater-type", ask()).await?;
        let again = trial.ask("updater-type-matcher.match-updater-type", ask()).await?;
        demand!(first == again, "for {wanted:?} of {available:?} first {first:?}, then {again:?}");
    }
    Ok(())
}

async fn shapes(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let all = odd::texts();
    let available: Vec<_> = all.iter().map(String::as_str).collect();
    for text in &available {
        for others in [&available[..], &["editor"], &[]] {
            let arguments = vec![shape::text(text), shape::texts(others.iter().copied())];
            let asked = trial.words("updater-type-matcher.match-updater-type", arguments).await;
            asked.map_err(|seen| seen.when(format!("the type {}", odd::shown(text))))?.ok();
        }
    }
    let many = vec!["editor"; 2_000];
    let arguments = vec![shape::text("viewer"), shape::texts(many)];
    let asked = trial.words("updater-type-matcher.match-updater-type", arguments).await;
    asked.map_err(|seen| seen.when("2,000 updaters"))?.ok();
    Ok(())
}
