//! The program has templates, SDKs and the contract inside: it is compiled again when one of them changes, or is added.

fn main() {
    for folder in
        ["guests/templates", "guests/sdk", "guests/sdk-python/parlor_sdk", "guests/sdk-js/parlor", "wit"]
    {
        println!("cargo::rerun-if-changed=../{folder}");
    }
}
