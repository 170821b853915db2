//! Calls of an extension's exports by name, whatever their types are.

use wasmtime::component::Val;

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
    let (store, instance) = (&mut live.store, live.instance);
    let function = instance
        .get_export_index(&mut *store, None, name)
        .and_then(|interface| instance.get_export_index(&mut *store, Some(&interface), &written.function))
        .and_then(|index| instance.get_func(&mut *store, index));
    let Some(function) = function else {
        return Ok(Err(format!("there is no function `{}` in {name}", written.function)));
    };
    let ty = function.ty(&*store);
    let arguments = match written.arguments(&ty) {
        Ok(arguments) => arguments,
        Err(words) => return Ok(Err(words)),
    };
    let mut results = vec![Val::Bool(false); ty.results().len()];
    function.call_async(&mut *store, &arguments, &mut results).await?;
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
