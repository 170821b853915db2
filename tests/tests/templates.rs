//! What `parlor new` makes: each kind of extension in each language is built as it is, and passes the conversation test that
//! comes with it, which is the same in all languages.

use parlor_tests::languages::{Project, succeeds};

/// Makes, builds and tests a project of this kind in this language.
fn passes_its_test(language: &str, kind: &str) {
    let project = Project::new(&format!("my-{kind}"), language, kind);
    let said = succeeds(project.parlor().arg("test"));
    assert!(said.ends_with(" 0 failed\n") && said.contains("  ok "), "{said}");
    // What is made is said, and not by chance that of another kind.
    let inspected = succeeds(project.parlor().args(["inspect", &format!("build/my-{kind}.wasm")]));
    assert!(inspected.contains(&format!("roles     {kind}\n")), "{inspected}");
}

macro_rules! templates {
    ($($language:ident),*: $kinds:tt) => { $(templates! { @language $language $kinds })* };
    (@language $language:ident { $($kind:ident = $name:literal,)* }) => {
        mod $language {
            $(#[test] fn $kind() {
                super::passes_its_test(stringify!($language), $name);
            })*
        }
    };
}

templates! { rust, python, js, ts, c: {
    a_bot_passes_its_test = "bot",
    a_backend_passes_its_test = "backend",
    an_auth_manager_passes_its_test = "auth",
    an_access_manager_passes_its_test = "access",
    a_launcher_passes_its_test = "launcher",
    a_manager_passes_its_test = "manager",
    a_service_bot_passes_its_test = "service-bot",
    an_updater_passes_its_test = "updater",
} }
