//! Compiles the crate again when a service file comes or goes: `include_dir!` only notices changes in files it knows.

fn main() {
    println!("cargo::rerun-if-changed=services");
}
