use super::*;

#[test]
fn a_plain_server_lets_the_bot_in() {
    let mut scene = Scene::fast();
    assert_eq!(scene.told(), ["> CAP LS 302", "> NICK parlor", "> USER parlor 0 * :Parlor"]);
    assert_eq!(scene.0.identifier(), None);
    assert_eq!(scene.server("PING :cookie"), ["> PONG :cookie"]);
    let told = scene.server(WELCOME);
    assert_eq!((told[0].as_str(), told[2].as_str()), ("> USERHOST parlor", "connected as parlor"));
    assert!(told[1].contains("account-tag"), "{told:?}");
    assert_eq!(scene.0.identifier().and_then(|me| me.client).as_deref(), Some("~parlor@bot.x"));
    assert!(scene.server(WELCOME).is_empty(), "once is enough");
}

#[test]
fn capabilities_come_before_the_welcome() {
    let mut scene = Scene::fast();
    scene.told();
    assert!(scene.server(":irc.x CAP * LS * :multi-prefix sts=port=6697 server-time").is_empty());
    assert_eq!(
        scene.server(":irc.x CAP * LS :account-tag sasl=PLAIN"),
        ["> CAP REQ :account-tag multi-prefix server-time"]
    );
    assert_eq!(scene.server(":irc.x CAP parlor ACK :account-tag multi-prefix server-time"), ["> CAP END"]);
    assert_eq!(scene.server(WELCOME), ["> USERHOST parlor", "connected as parlor"]);
    assert_eq!(scene.server(":irc.x CAP parlor NEW :batch sasl"), ["> CAP REQ :batch"]);
    assert!(scene.server(":irc.x CAP parlor ACK :batch").is_empty());
    scene.server(":irc.x CAP parlor DEL :account-tag");
    assert!(scene.0.capabilities.has("batch") && !scene.0.capabilities.has("account-tag"));
}

#[test]
fn nothing_in_common_is_no_obstacle() {
    let mut scene = Scene::fast();
    scene.told();
    assert_eq!(scene.server(":irc.x CAP * LS :tls"), ["> CAP END"]);
    let mut scene = Scene::fast();
    scene.told();
    assert_eq!(scene.server(":irc.x CAP * LS :batch chghost"), ["> CAP REQ :batch chghost"]);
    assert_eq!(scene.server(":irc.x CAP * NAK :batch chghost"), ["> CAP REQ :batch"]);
    assert_eq!(scene.server(":irc.x CAP * ACK :batch"), ["> CAP REQ :chghost"]);
    assert_eq!(scene.server(":irc.x CAP * NAK :chghost"), ["> CAP END"]);
}

const ACCOUNT: [(&str, &str); 2] = [("sasl-user", "bot"), ("sasl-secret", "irc-pw")];

#[test]
fn the_host_puts_the_password_in() {
    let mut scene = Scene::configured(&ACCOUNT);
    scene.told();
    assert_eq!(scene.server(":irc.x CAP * LS :sasl=PLAIN,EXTERNAL"), ["> CAP REQ :sasl"]);
    assert_eq!(scene.server(":irc.x CAP * ACK :sasl"), ["> AUTHENTICATE PLAIN"]);
    assert_eq!(scene.server("AUTHENTICATE +"), ["> AUTHENTICATE base64(.bot.{irc-pw})"]);
    assert!(scene.server("AUTHENTICATE +").is_empty(), "once");
    let told = scene.server(
        ":irc.x 900 parlor parlor!~p@h Bot :You are now logged in\n:irc.x 903 parlor :SASL successful",
    );
    assert_eq!(told, ["> CAP END"]);
    scene.server(WELCOME);
    assert_eq!(scene.0.identifier().expect("in").access_id, "account:Bot");
    let mut scene = Scene::configured(&[("password-secret", "door"), ("tls", "false")]);
    assert_eq!(scene.told()[..2], ["> CAP LS 302", "> PASS :{door}"]);
}

#[test]
fn a_required_account_is_required() {
    for lines in [
        ":irc.x CAP * LS :sasl\n:irc.x CAP * ACK :sasl\nAUTHENTICATE +\n:irc.x 904 parlor :SASL failed",
        ":irc.x CAP * LS :sasl=EXTERNAL,SCRAM-SHA-256\n:irc.x CAP * ACK :sasl",
        ":irc.x CAP * LS :sasl\n:irc.x CAP * NAK :sasl",
        ":irc.x CAP * LS :batch\n:irc.x CAP * ACK :batch",
        WELCOME,
    ] {
        let mut scene = Scene::configured(&ACCOUNT);
        let told = scene.server(lines);
        assert!(
            told.last().is_some_and(|last| last.starts_with("turned away: ") && last.contains("`sasl-user`")),
            "{told:?}"
        );
        assert!(!has(&told, "> CAP END") && scene.server(WELCOME).is_empty(), "{told:?}");
    }
    let mut lax = Scene::configured(&[ACCOUNT.as_slice(), &[("sasl-required", "false")]].concat());
    let told = lax.server(":irc.x CAP * LS :sasl\n:irc.x CAP * ACK :sasl\n:irc.x 904 parlor :no");
    assert!(has(&told, "warning: the server refuses the login (no)") && has(&told, "> CAP END"), "{told:?}");
    assert!(has(&lax.server(WELCOME), "connected"));
}

#[test]
fn a_nick_that_is_taken_is_replaced_and_taken_back() {
    let mut scene = Scene::fast();
    scene.told();
    assert_eq!(scene.server(":irc.x 433 * parlor :in use"), ["> NICK parlor_"]);
    assert_eq!(scene.server(":irc.x 433 * parlor_ :in use"), ["> NICK parlor__"]);
    let told = scene.server(&WELCOME.replace("001 parlor", "001 parlor__"));
    assert_eq!(told.last().map(String::as_str), Some("connected as parlor__"));
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(60)));
    scene.at(60.0).0.tick();
    assert_eq!(scene.told(), ["> PING :parlor", "> NICK parlor"]);
    assert!(scene.server(":irc.x 433 parlor__ parlor :in use").is_empty());
    assert_eq!(scene.server(":parlor!x@y QUIT :gone"), ["> NICK parlor"]);
    assert_eq!(scene.server(":Parlor!x@y NICK :other"), ["> NICK parlor"]);
    assert_eq!(scene.server(":parlor__!~parlor@bot.x NICK :parlor"), ["connected as parlor"]);
    assert!(scene.server(":parlor!x@y NICK :parlor2").last().is_some_and(|it| it == "connected as parlor2"));
    assert_eq!(scene.0.login.retry, None, "somebody wanted it so");
}

#[test]
fn there_is_an_end_to_trying() {
    let mut scene = Scene::fast();
    let mut tries = 0;
    let last = loop {
        let told = scene.server(":irc.x 433 * x :in use");
        tries += 1;
        assert!(tries < 20);
        if let Some(last) = told.last().filter(|last| last.starts_with("turned away")) {
            break last.clone();
        }
    };
    assert!(last.contains("set `nick` to another one"), "{last}");
    let mut scene = Scene::fast();
    let told = scene.server(":irc.x 432 * parlor :Erroneous nickname");
    assert!(has(&told, "turned away: the server does not accept the nick parlor"), "{told:?}");
}

#[test]
fn a_refused_login_says_what_to_do() {
    for (line, remedy) in [
        (":irc.x 464 * :Password incorrect", "`password-secret`"),
        (":irc.x 465 * :You are banned", "ask its operators"),
        ("ERROR :Closing Link: too fast", "Closing Link: too fast"),
    ] {
        let mut scene = Scene::fast();
        let told = scene.server(line);
        assert!(
            told.last().is_some_and(|last| last.starts_with("turned away") && last.contains(remedy)),
            "{told:?}"
        );
        scene.0.closed(None);
        assert!(scene.told().is_empty(), "once");
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let mut scene = Scene::fast();
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(60)));
    scene.told();
    scene.at(60.0).0.tick();
    assert!(has(&scene.told(), "over: the server did not finish the login in time"));
    assert_eq!(scene.0.wake(), None);

    let mut scene = Scene::ready("");
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(60)));
    scene.at(60.0).0.tick();
    assert_eq!(scene.told(), ["> PING :parlor"]);
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(120)));
    scene.at(100.0).server(":irc.x PONG irc.x :parlor");
    scene.at(120.0).0.tick();
    assert!(scene.told().is_empty());
    scene.at(160.0).0.tick();
    assert_eq!(scene.told(), ["> PING :parlor"]);
    scene.at(220.0).0.tick();
    assert_eq!(scene.told(), ["over: the server gave no sign of life for 120 s"]);
}

#[test]
fn a_message_of_the_day_is_not_waited_for_forever() {
    let mut scene = Scene::fast();
    scene.server(":irc.x 001 parlor :hi");
    assert_eq!(scene.0.wake(), Some(Duration::from_secs(5)));
    scene.at(5.0).0.tick();
    assert!(has(&scene.told(), "connected as parlor"));
}

#[test]
fn the_end_is_told_once_and_with_its_reason() {
    for (line, reason) in [
        (":op!o@h KILL parlor :spam", "an operator has thrown the bot out: spam"),
        ("ERROR :Closing Link", "the server closed the connection: Closing Link"),
    ] {
        let mut scene = Scene::ready("");
        scene.told();
        assert_eq!(
            scene.server(&format!("{line}\nERROR :again\n:a!b@c PRIVMSG parlor :hi")),
            [format!("over: {reason}")]
        );
    }
    let mut scene = Scene::ready("");
    scene.told();
    scene.0.closed(Some("the connection broke: reset".to_owned()));
    assert_eq!(scene.told(), ["over: the connection broke: reset"]);
    let mut scene = Scene::ready("");
    scene.told();
    scene.say("al", "hi").expect("queued");
    scene.told();
    scene.0.leave_network();
    assert_eq!(scene.server("ERROR :Closing Link"), ["> QUIT :goodbye"]);
    scene.0.closed(None);
    assert_eq!(scene.told(), ["over: the bot has said goodbye"]);
}

#[test]
fn time_goes_on() {
    let mut scene = Scene::configured(&[]);
    scene.server(":irc.x 433 * parlor :in use");
    scene.server(&WELCOME.replace("001 parlor", "001 parlor_"));
    (0..50).for_each(|line| scene.say(&format!("al{}", line % 5), "hi").expect("queued"));
    let (mut now, mut calls) = (Duration::ZERO, 0);
    while let Some(next) = scene.0.wake() {
        assert!(next > now || calls == 0, "called again and again at {now:?}");
        (now, calls) = (next, calls + 1);
        scene.at(now.as_secs_f64()).0.tick();
        scene.told();
    }
    assert_eq!((now, calls < 100), (Duration::from_secs(120), true));
}
