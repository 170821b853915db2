//! What of a call is secret because of what the call asks for.

use wasmtime::component::Val;

use crate::recording::{
    redactor::Redactor,
    text::{Hide, Veil},
};

/// What is hidden of a call's arguments, and of its answer. `marked`: one of its resources is marked.
pub fn of_call(path: &str, arguments: &[Val], marked: bool) -> (Hide, Hide) {
    let begins = |names: &[&str]| names.iter().any(|name| path.starts_with(name));
    if marked {
        return (Hide::All, Hide::Contents);
    }
    if begins(&["wasi:config/"]) {
        let secret = texts(arguments).any(|name| Redactor::default().is_secret_setting(name));
        return (Hide::Nothing, if secret { Hide::All } else { Hide::Settings });
    }
    // A header or a value is asked for by its name, or set.
    if begins(&["wasi:http/", "wasi:keyvalue/"]) && texts(arguments).any(is_secret) {
        return (Hide::All, Hide::All);
    }
    (Hide::Nothing, Hide::Nothing)
}

/// Whether the resources that a call answers are marked: files that hold secrets, and what is read from them.
pub fn marks(path: &str, arguments: &[Val], marked: bool) -> bool {
    if !path.starts_with("wasi:filesystem/") && !path.starts_with("wasi:io/") {
        return false;
    }
    marked || path.ends_with(".open-at") && texts(arguments).any(is_secret_file)
}

fn texts(arguments: &[Val]) -> impl Iterator<Item = &str> {
    arguments.iter().filter_map(|argument| match argument {
        Val::String(text) => Some(text.as_str()),
        _ => None,
    })
}

fn is_secret(name: &str) -> bool {
    Redactor::default().of_name(name) != Hide::Nothing
}

fn is_secret_file(path: &str) -> bool {
    path.split(|c: char| !c.is_alphanumeric() && c != '-')
        .any(|word| Redactor::default().is_secret_setting(word))
        || path.ends_with(".env")
        || path.ends_with(".key")
        || path.ends_with(".pem")
}
