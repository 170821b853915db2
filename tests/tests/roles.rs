//! The pages of the roles: the smallest extension on each is whole, and builds as it stands there.

use std::{fs, path::Path};

use parlor_tests::languages::{Project, succeeds};

/// The code in this language on a role's page.
fn code(role: &str, language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/roles/{role}.md"));
    let page = fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once(&format!("\n```{language}\n")).expect("code in that language");
    let (code, _) = rest.split_once("\n```").expect("its end");
    format!("{code}\n")
}

fn builds(role: &str, language: &str, source: &str) {
    let project = Project::new(&format!("small-{role}"), language, role);
    project.write(source, &code(role, language));
    let said = succeeds(project.parlor().arg("build"));
    assert!(said.contains(&format!("build/small-{role}.wasm")), "{said}");
    assert!(said.contains(role), "{said}");
}

macro_rules! pages {
    ($($test:ident = $role:literal,)*) => {
        $(#[test] fn $test() {
            builds($role, "rust", "src/lib.rs");
            builds($role, "python", "app.py");
        })*
    };
}

pages! {
    the_smallest_bot_builds = "bot",
    the_smallest_backend_builds = "backend",
    the_smallest_auth_manager_builds = "auth",
    the_smallest_access_manager_builds = "access",
    the_smallest_launcher_builds = "launcher",
    the_smallest_manager_builds = "manager",
    the_smallest_service_bot_builds = "service-bot",
    the_smallest_updater_builds = "updater",
}
