//! What is demanded of those who say who people are.

use wasmtime::component::Val;

use super::{
    behaviour::{Check, Needed as _, Seen, behaviours, demand},
    odd, shape,
    sheet::Credentials,
    trial::Trial,
};
use crate::talk::values::field;

behaviours! {
    "it starts, and is asked the same twice with the same answer" => starts,
    "whoever comes is nobody, or somebody with a name" => strangers,
    "who comes back with the cookies is the same" => comes_back,
    "who knows the password is let in, and the cookies lead back to them" => right,
    "a wrong password, and a name that there is not, let nobody in" => wrong,
    "who signs out is not who they were" => signs_out,
    "cookies can be set, and come from one that lives on cookies" => cookies,
    "cookies that it did not set let nobody in who has a password" => forged,
    "names and passwords of any shape do not break it" => shapes,
}

/// A cookie, as a request brings it.
type Cookies = Vec<(String, String)>;

fn request(cookies: &Cookies) -> Val {
    let pair = |(name, value): &(String, String)| Val::Tuple(vec![shape::text(name), shape::text(value)]);
    let agent = Val::Tuple(vec![shape::text("user-agent"), shape::text("conform")]);
    shape::record([
        ("method", shape::text("GET")),
        ("path", shape::text("/?a=b")),
        ("headers", Val::List(vec![agent])),
        ("cookies", Val::List(cookies.iter().map(pair).collect())),
        ("remote", shape::text("192.0.2.1")),
    ])
}

/// The cookies that a browser has after an answer.
fn kept(before: &Cookies, answer: &Val) -> Cookies {
    let Val::List(set) = answer else { return before.clone() };
    let mut kept = before.clone();
    for cookie in set {
        let name = shape::word(cookie, "name").unwrap_or_default();
        kept.retain(|(other, _)| other != name);
        kept.extend(shape::word(cookie, "value").map(|value| (name.to_owned(), value.to_owned())));
    }
    kept
}

async fn begin(trial: &mut Trial) -> Check {
    trial.fine("auth.start", vec![]).await.map(drop).needed("it does not start")
}

async fn asks(trial: &mut Trial, question: &str) -> Result<bool, Seen> {
    Ok(trial.fine(question, vec![]).await? == Val::Bool(true))
}

/// Who comes with these cookies: their name, and the cookies that they have then.
async fn who(trial: &mut Trial, cookies: &Cookies) -> Result<(Option<String>, Cookies), Seen> {
    let identity = trial.fine("auth.get-current-user", vec![request(cookies)]).await?;
    let name = shape::word(&identity, "username").map(str::to_owned);
    if let Some(name) = &name {
        demand!(
            (1..=256).contains(&name.len()),
            "a name is 1 to 256 bytes long, and this one {}",
            name.len()
        );
    }
    Ok((name, field(&identity, "cookies").map_or_else(|| cookies.clone(), |set| kept(cookies, set))))
}

/// Shows a name and a password: the cookies, or none where it lets nobody in.
async fn check(trial: &mut Trial, user: &str, password: &str) -> Result<Option<Val>, Seen> {
    let arguments = vec![request(&Vec::new()), shape::text(user), shape::text(password)];
    match trial.words("auth.check-credentials", arguments).await? {
        Ok(Some(Val::Option(cookies))) => Ok(cookies.map(|cookies| *cookies)),
        // An error denies.
        Err(_) => Ok(None),
        other => Err(Seen::Wrong(format!("check-credentials answered {other:?}"))),
    }
}

/// Somebody who can sign in, where people do.
async fn somebody(trial: &mut Trial) -> Result<Credentials, Seen> {
    begin(trial).await?;
    if !asks(trial, "auth.requires-login").await? {
        return Err(Seen::Untried("nobody signs in: requires-login is false".to_owned()));
    }
    let missing = || Seen::Untried("name a `user` and a `password` in `[auth]` of conform.toml".to_owned());
    trial.sheet.auth.clone().ok_or_else(missing)
}

/// Signs in: the cookies.
async fn sign_in(trial: &mut Trial) -> Result<(Credentials, Cookies), Seen> {
    let credentials = somebody(trial).await?;
    let Some(cookies) = check(trial, &credentials.user, &credentials.password).await? else {
        return Err(Seen::Wrong(format!(
            "{:?} is not let in with the password of conform.toml",
            credentials.user
        )));
    };
    Ok((credentials, kept(&Vec::new(), &cookies)))
}

async fn starts(trial: &mut Trial) -> Check {
    trial.fine("auth.start", vec![]).await?;
    for question in ["auth.requires-login", "auth.requires-cookies"] {
        let (first, again) = (asks(trial, question).await?, asks(trial, question).await?);
        demand!(first == again, "{question} is first {first}, then {again}");
    }
    Ok(())
}

async fn strangers(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let login = asks(trial, "auth.requires-login").await?;
    let (name, _) = who(trial, &Vec::new()).await?;
    demand!(!login || name.is_none(), "people sign in, and without that somebody is {name:?}");
    Ok(())
}

async fn comes_back(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let (first, cookies) = who(trial, &Vec::new()).await?;
    let Some(first) = first else {
        return Err(Seen::Untried("who comes without having signed in is nobody".to_owned()));
    };
    let (again, _) = who(trial, &cookies).await?;
    demand!(again.as_ref() == Some(&first), "first they are {first:?}, then {again:?}");
    trial.again().await?;
    begin(trial).await?;
    let (later, _) = who(trial, &cookies).await?;
    demand!(later.as_ref() == Some(&first), "first they are {first:?}, and after a restart {later:?}");
    Ok(())
}

async fn right(trial: &mut Trial) -> Check {
    let (Credentials { user, .. }, cookies) = sign_in(trial).await?;
    let (name, _) = who(trial, &cookies).await?;
    demand!(name.as_ref() == Some(&user), "{user:?} signed in, and is {name:?} then");
    let (again, _) = who(trial, &cookies).await?;
    demand!(again == name, "first they are {name:?}, then {again:?}");
    Ok(())
}

async fn wrong(trial: &mut Trial) -> Check {
    let Credentials { user, password } = somebody(trial).await?;
    let longer = format!("{password}x");
    let shorter: String = password.chars().skip(1).collect();
    let large = user.to_uppercase();
    let mut attempts = vec![
        (&*user, &*longer),
        (&*user, ""),
        (&*user, &*user),
        ("", &*password),
        ("", ""),
        ("nobody-of-this-name", &*password),
    ];
    attempts.extend((!shorter.is_empty()).then_some((&*user, &*shorter)));
    // Names are what they are, to the letter.
    attempts.extend((large != user).then_some((&*large, "not the password")));
    for (name, attempt) in attempts {
        let cookies = check(trial, name, attempt).await?;
        demand!(cookies.is_none(), "{name:?} is let in with {attempt:?}");
    }
    Ok(())
}

async fn signs_out(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let login = asks(trial, "auth.requires-login").await?;
    let cookies = match login {
        true => sign_in(trial).await?.1,
        false => who(trial, &Vec::new()).await?.1,
    };
    let (before, _) = who(trial, &cookies).await?;
    let cleared = trial.fine("auth.clear-credentials", vec![request(&cookies)]).await?;
    let after = kept(&cookies, &cleared);
    let (name, _) = who(trial, &after).await?;
    demand!(before.is_none() || name != before, "who was {before:?} is so still, with the cookies {after:?}");
    demand!(!login || name.is_none(), "who signed out is {name:?}");
    Ok(())
}

async fn cookies(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let lives = asks(trial, "auth.requires-cookies").await?;
    let login = asks(trial, "auth.requires-login").await?;
    let identity = trial.fine("auth.get-current-user", vec![request(&Vec::new())]).await?;
    let mut lists = vec![field(&identity, "cookies").cloned()];
    if let (true, Some(Credentials { user, password })) = (login, trial.sheet.auth.clone()) {
        lists.push(check(trial, &user, &password).await?);
    }
    lists.push(Some(trial.fine("auth.clear-credentials", vec![request(&Vec::new())]).await?));
    for list in lists.into_iter().flatten() {
        let Val::List(cookies) = list else { continue };
        demand!(
            cookies.is_empty() || lives,
            "it sets cookies, and requires-cookies is false: the server sets none then"
        );
        for cookie in cookies {
            let name = shape::word(&cookie, "name").unwrap_or_default();
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            demand!(
                (1..=64).contains(&name.len()) && name.chars().all(plain),
                "a cookie is called {name:?}: its name is 1 to 64 letters, digits, `-`, `_` and `.`"
            );
            let length = shape::word(&cookie, "value").map_or(0, str::len);
            demand!(length <= 2_048, "the cookie {name} has a value of {length} bytes, more than 2,048");
            let age = field(&cookie, "max-age");
            let days = 30 * 24 * 60 * 60;
            let long =
                matches!(age, Some(Val::Option(Some(age))) if matches!(**age, Val::U32(age) if age > days));
            demand!(!long, "the cookie {name} holds for longer than 30 days");
        }
    }
    Ok(())
}

async fn forged(trial: &mut Trial) -> Check {
    let (Credentials { user, .. }, cookies) = sign_in(trial).await?;
    for (name, value) in &cookies {
        for other in ["", "nobody-of-this-name", "true", "{}"] {
            // What the sheet's user has in it may be replaced, as in a value that was signed for somebody who is gone.
            let value = if value.contains(&*user) { value.replace(&*user, other) } else { other.to_owned() };
            let (found, _) = who(trial, &vec![(name.clone(), value.clone())]).await?;
            demand!(found.is_none(), "with the cookie {name} = {value:?} somebody is {found:?}");
        }
        let (found, _) = who(trial, &vec![(format!("{name}2"), value.clone())]).await?;
        demand!(found.is_none(), "with a cookie of another name somebody is {found:?}");
    }
    Ok(())
}

async fn shapes(trial: &mut Trial) -> Check {
    begin(trial).await?;
    let login = asks(trial, "auth.requires-login").await?;
    let (_, cookies) = who(trial, &Vec::new()).await?;
    let name = cookies.first().map_or("user", |(name, _)| name).to_owned();
    for text in odd::texts() {
        let doing = |what: &str| format!("{what} {}", odd::shown(&text));
        let found =
            check(trial, &text, &text).await.map_err(|seen| seen.when(doing("the name and password")))?;
        demand!(!login || found.is_none(), "{} is let in with the same as a password", odd::shown(&text));
        check(trial, "anna", &text).await.map_err(|seen| seen.when(doing("the password")))?;
        let cookies = vec![(name.clone(), text.clone()), (text.clone(), text.clone())];
        let (found, _) = who(trial, &cookies).await.map_err(|seen| seen.when(doing("the cookie")))?;
        demand!(!login || found.is_none(), "with the cookie {} somebody is {found:?}", odd::shown(&text));
    }
    Ok(())
}
