//! The program in a terminal and in a pipe: what is typed is answered, whatever the bots are like, and it ends well.

use std::{fs, path::PathBuf, time::Duration};

use insta::assert_snapshot;
use nix::sys::signal::Signal;
use parlor_tests::{
    guests::{guest, test_guest},
    program::{Ended, Session, parlor},
    scripted::PATIENCE,
};
use rexpect::{process::WaitStatus, session::spawn_command};
use tokio::time::timeout;

/// Grants everything that `misbehaver` imports, none of it leading anywhere.
const MISBEHAVER: [&str; 3] = [
    "--set=bot.misbehaver.grant.net = [\"192.0.2.1:1\"]",
    "--set=bot.misbehaver.grant.http = [\"https://192.0.2.1\"]",
    "--set=bot.misbehaver.grant.store = \"1 MiB\"",
];

/// Pipes these lines in, and waits for the end.
async fn piped(components: &[PathBuf], options: &[&str], lines: &str) -> Ended {
    let mut session = Session::run(components, options);
    session.types(lines).await;
    session.end().await
}

/// What `echo` answers to these lines, where all is well.
async fn echoed(lines: &str) -> String {
    let ended = piped(&[guest("echo")], &[], lines).await;
    assert_eq!((ended.code, &*ended.log), (Some(0), ""));
    ended.output
}

/// What `misbehaver`, with these settings of its own, answers to these lines; and the end.
async fn misbehaved(options: &[&str], lines: &str) -> Ended {
    piped(&[test_guest("misbehaver")], &[&MISBEHAVER, options].concat(), lines).await
}

#[tokio::test]
async fn what_is_piped_in_is_answered_in_words_alone() {
    assert_eq!(echoed("!echo hi").await, "hi\n");
}

#[tokio::test]
async fn to_the_bot_alone_a_command_needs_no_prefix() {
    assert_eq!(echoed("echo hi").await, "hi\n");
}

#[tokio::test]
async fn lines_are_answered_in_their_order() {
    let numbers: Vec<_> = (1..=100).map(|number| number.to_string()).collect();
    let asked: Vec<_> = numbers.iter().map(|number| format!("!echo {number}")).collect();
    assert_eq!(echoed(&asked.join("\n")).await, numbers.join("\n") + "\n");
}

#[tokio::test]
async fn lines_are_answered_however_slowly_the_answers_are_read() {
    let mut session = Session::run(&[guest("echo")], &[]);
    let asked = |number| format!("a line of some length, with the number {number}");
    let fed = session.feeds((0..50_000).map(|number| format!("!echo {}\n", asked(number))).collect());
    // More than all that is between the two ends holds: the program must stop reading.
    assert!(timeout(Duration::from_millis(1500), fed).await.is_err(), "everything was read at once");
    let ended = session.ended().await;
    assert_eq!((ended.code, &*ended.log), (Some(0), ""));
    assert!(ended.output.lines().eq((0..50_000).map(asked)), "{} lines", ended.output.lines().count());
}

#[tokio::test]
async fn lines_are_answered_by_a_bot_that_is_slower_than_they_come() {
    // Twice as many as its mailbox holds.
    let ended = misbehaved(&["--set=bot.misbehaver.limits.mailbox = 16"], &["!burn 2"; 32].join("\n")).await;
    assert_eq!((ended.code, &*ended.log), (Some(0), ""));
    assert_eq!(ended.output, "burnt 2 ms\n".repeat(32));
}

#[tokio::test]
async fn an_answer_in_a_room_has_the_room_before_it() {
    assert_eq!(echoed("#lobby !echo hi\n!echo ho").await, "[#lobby] hi\nho\n");
}

#[tokio::test]
async fn somebody_else_is_heard_as_somebody_else() {
    let ended = piped(
        &[guest("echo"), test_guest("hears-everything")],
        &["--log=info"],
        "@alice hello\n@alice !echo hi",
    )
    .await;
    assert_eq!((ended.code, &*ended.output), (Some(0), "hi\n"));
    assert!(ended.log.contains("message direct alice: hello"), "{}", ended.log);
}

#[tokio::test]
async fn an_unknown_command_is_answered_with_what_may_have_been_meant() {
    assert_snapshot!(echoed("!ehco hi\n!dance").await, @r"
    There is no command `ehco`. Did you mean `!echo`?
    There is no command `dance`. `!help` lists those that there are.
    ");
}

#[tokio::test]
async fn help_lists_what_can_be_said() {
    assert_snapshot!(echoed("@ann !help\n!help echo\n!help dance").await, @r"
    **echo**: `!echo`
    **parlor**: `!about`, `!apropos`, `!help`, `!history`, `!status`, `!uptime`, `!whoami`
    `!help COMMAND` or `!help BOT` says more.
    `!echo TEXT`: says TEXT again
    There is no command and no bot `dance`. `!help` lists those that there are.
    ");
}

#[tokio::test]
async fn who_sits_at_the_terminal_is_an_admin_and_whom_they_play_is_none() {
    assert_snapshot!(echoed("!networks\n@ann !networks").await, @r"
    - terminal: connected as `@parlor`
    `!networks` is for admins.
    ");
}

#[tokio::test]
async fn bad_components_among_good_ones_are_told_of_and_the_rest_runs_on() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.wasm");
    fs::write(&text, "hello, this is no wasm at all").unwrap();
    let bad = ["stranger", "old-contract", "trap-in-start", "error-in-start", "needs-net"].map(test_guest);
    let ended = piped(&[&[text], &bad[..], &[guest("echo")]].concat(), &[], "!echo hi").await;
    assert_eq!((ended.code, &*ended.output), (Some(0), "hi\n"));
    for sentence in [
        "text.wasm: is no WebAssembly component; build one with `cargo build --target wasm32-wasip2`. The others run on.",
        "stranger.wasm: is a component of another world: it exports example:other/thing",
        "old-contract.wasm: is built for parlor:chat/bot@0.2.0, and this Parlor speaks parlor:chat@0.1.0",
        "bot trap-in-start stays out: it crashed",
        "bot error-in-start stays out: it refused to start: the moon is full. The others run on.",
        "add to [bot.needs-net] the line: grant = { net = [\"HOST:PORT\"] }. The others run on.",
    ] {
        assert!(ended.log.contains(sentence), "{sentence} is not in:\n{}", ended.log);
    }
}

#[tokio::test]
async fn with_nothing_left_to_run_the_program_fails() {
    let ended = Session::run(&[test_guest("stranger"), test_guest("trap-in-start")], &[]).ended().await;
    assert_eq!((ended.code, &*ended.output), (Some(1), ""));
    assert!(ended.log.ends_with("parlor: nothing is left to run; see above\n"), "{}", ended.log);
}

#[tokio::test]
async fn when_the_last_bot_is_quarantined_the_program_fails() {
    let mut session = Session::run(&[test_guest("misbehaver")], &MISBEHAVER);
    for _ in 0..5 {
        session.types("!trap").await;
        assert!(session.line().await.starts_with("error: misbehaver could not answer `trap`"));
    }
    let ended = session.ended().await;
    assert_eq!((ended.code, &*ended.output), (Some(1), ""));
    assert!(
        ended.log.contains("bot misbehaver is quarantined after failing again and again"),
        "{}",
        ended.log
    );
    assert!(ended.log.ends_with("parlor: nothing is left to run; see above\n"), "{}", ended.log);
}

#[tokio::test]
async fn a_signal_ends_an_idle_program_well_and_soon() {
    for (signal, words) in
        [(Signal::SIGTERM, "terminated: goodbye"), (Signal::SIGINT, "interrupted: goodbye")]
    {
        let mut session = Session::run(&[guest("echo"), test_guest("hears-everything")], &["--log=info"]);
        session.types("!echo ready").await;
        assert_eq!(session.line().await, "ready");
        session.signal(signal);
        let ended = session.ended().await;
        assert_eq!((ended.code, &*ended.output), (Some(0), ""));
        assert!(ended.waited < Duration::from_secs(3), "{:?}", ended.waited);
        let order = [words, "stop", "bot hears-everything: stopped", "network terminal: stopped"];
        let places = order.map(|words| ended.log.find(words));
        assert!(places.is_sorted() && places[0].is_some(), "{order:?} are at {places:?} in:\n{}", ended.log);
    }
}

#[tokio::test]
async fn what_is_being_computed_at_the_end_of_input_is_still_answered() {
    let ended = misbehaved(&[], "!burn 300").await;
    assert_eq!((ended.code, &*ended.output), (Some(0), "burnt 300 ms\n"));
}

#[tokio::test]
async fn a_bot_that_is_stuck_at_the_end_of_input_holds_the_program_for_no_longer_than_its_limit() {
    let ended = misbehaved(&["--set=bot.misbehaver.limits.cpu-per-call = \"300 ms\""], "!spin").await;
    assert_eq!(ended.code, Some(0));
    assert!(ended.output.starts_with("error: misbehaver could not answer `spin`"), "{}", ended.output);
    assert!(ended.waited < Duration::from_secs(3), "{:?}", ended.waited);
}

#[tokio::test]
async fn a_timer_that_is_set_does_not_hold_the_program() {
    let ended = misbehaved(&[], "!sleep 3600000").await;
    assert_eq!((ended.code, &*ended.output), (Some(0), ""));
    assert!(ended.waited < Duration::from_secs(3), "{:?}", ended.waited);
}

#[tokio::test]
async fn what_would_command_a_terminal_is_shown_instead_of_obeyed() {
    let ended = misbehaved(&["--log=info"], "!escape").await;
    assert_eq!((ended.code, &*ended.output), (Some(0), "␛]0;owned␇␛[2Jhere␍there<U+009B>31m\n"));
    assert_eq!(ended.log.matches("␛]0;owned␇␛[2Jhere␍there<U+009B>31m").count(), 2, "{}", ended.log);
    assert!(!ended.log.contains(|c: char| c.is_control() && c != '\n'), "{:?}", ended.log);
}

#[tokio::test]
async fn what_a_bot_stores_is_there_in_the_next_session() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("--set=store.url = \"sqlite:{}\"", folder.path().join("parlor.db").display());
    assert_eq!(misbehaved(&[&store], "!remember tea green").await.output, "remembered\n");
    assert_eq!(misbehaved(&[&store], "!recall tea").await.output, "green\n");
}

/// Sits at a terminal, says hi, and leaves by this key or line.
fn sit_and_leave(leave: impl FnOnce(&mut rexpect::session::PtySession) -> Result<(), rexpect::error::Error>) {
    let mut command = parlor();
    command.arg("run").arg(guest("echo"));
    let mut terminal = spawn_command(command, Some(PATIENCE.as_millis() as u64)).unwrap();
    terminal.exp_string("This is Parlor.").unwrap();
    terminal.exp_string("/quit leaves.\r\n").unwrap();
    terminal.send_line("!echo hi").unwrap();
    terminal.exp_string("parlor> hi\r\n").unwrap();
    leave(&mut terminal).unwrap();
    terminal.exp_eof().unwrap();
    assert!(matches!(terminal.process().wait(), Ok(WaitStatus::Exited(_, 0))));
}

#[test]
fn a_person_is_greeted_and_answered_and_leaves_with_quit() {
    sit_and_leave(|terminal| terminal.send_line("/quit").map(drop));
}

#[test]
fn a_person_leaves_with_ctrl_d() {
    sit_and_leave(|terminal| terminal.send_control('d'));
}

#[test]
fn a_person_leaves_with_ctrl_c() {
    sit_and_leave(|terminal| terminal.send_control('c'));
}
