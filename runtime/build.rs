//! The program has templates, SDKs and the contract inside: it is compiled again when a file of theirs changes, or is
//! added.

fn main() {
    let folders =
        ["guests/sdk", "guests/sdk-c", "guests/sdk-js", "guests/sdk-python", "guests/templates", "wit"];
    for folder in folders {
        println!("cargo::rerun-if-changed=../{folder}");
    }
}
