//! What Schemathesis makes of the schema, asked as every kind of caller: nothing comes back that is not declared.

use std::{env, path::Path, process::Command};

use crate::{
    clients::tools,
    support::app::{log, own_embedded, who},
};

/// Who asks.
const ASKING: [&str; 5] = ["public", "analyst", "referent", "provider", "operator"];

/// Documents of each root field and caller.
const EXAMPLES: &str = "6";

#[test]
fn what_is_generated_from_the_schema_is_answered_as_declared() {
    let Some(python) = tools::ready("Python, for fuzzing,", tools::fuzzing()) else { return };
    // Acts are asked too: the observatory is not the one that others read.
    let app = own_embedded();
    let before = log().len();
    let seed = env::var("OBSERVATOIRE_FUZZ_SEED").unwrap_or_else(|_| "1".to_owned());
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/run.py"))
        .args(["--examples", EXAMPLES, "--seed", seed.as_str()])
        .arg(format!("http://{}", app.listen()));
    for name in ASKING {
        command.arg(format!("{name}={}", app.token(who(name)).unwrap_or_default()));
    }
    tools::run(&mut command).unwrap_or_else(|said| panic!("{said}"));
    let logged = String::from_utf8_lossy(&log()[before..]).into_owned();
    assert!(!logged.contains("panicked"), "something panicked while all was answered");
}
