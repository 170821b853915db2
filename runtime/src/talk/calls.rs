//! Calls of an extension's exports by name, whatever their types are.

use wasmtime::component::{Val, types::ComponentFunc};

use super::values::Written;
use crate::{imports::State, sandbox::Live};

/// Calls a function of the interface `name` (`parlor:coweb/auth@0.1.0`).
///
/// # Errors
/// The outer if it traps, the inner in words if there is no such function or its arguments do not fit.
pub async fn call(
    live: &mut Live<State>,
    name: &str,
    written: &Written,
) -> wasmtime::Result<Result<Vec<Val>, String>> {
    call_with(live, name, &written.function, |ty| written.arguments(ty)).await
}

/// Calls a function with what `arguments` makes for its type.
///
/// # Errors
/// As [`call`].
pub async fn call_with(
    live: &mut Live<State>,
    name: &str,
    function: &str,
    arguments: impl FnOnce(&ComponentFunc) -> Result<Vec<Val>, String>,
) -> wasmtime::Result<Result<Vec<Val>, String>> {
    let (store, instance) = (&mut live.store, live.instance);
    let found = instance
        .get_export_index(&mut *store, None, name)
        .and_then(|interface| instance.get_export_index(&mut *store, Some(&interface), function))
        .and_then(|index| instance.get_func(&mut *store, index));
    let Some(found) = found else {
        return Ok(Err(format!("there is no function `{function}` in {name}")));
    };
    let ty = found.ty(&*store);
    let arguments = match arguments(&ty) {
        Ok(arguments) => arguments,
        Err(words) => return Ok(Err(words)),
    };
    let mut results = vec![Val::Bool(false); ty.results().len()];
    found.call_async(&mut *store, &arguments, &mut results).await?;
    Ok(Ok(results))
}

/// The words of a `result` whose error is text; none if it is fine.
pub fn refusal(results: &[Val]) -> Option<String> {
    match results.first() {
        Some(Val::Result(Err(Some(why)))) => match &**why {
            Val::String(words) => Some(words.clone()),
            other => Some(super::values::text(other)),
        },
        Some(Val::Result(Err(None))) => Some("it says no more".to_owned()),
        _ => None,
    }
}
