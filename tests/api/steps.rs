//! Who may take which step with a release that is there: to everybody else it is as one that never was.

use serde_json::Value;

use crate::support::app::{CALLERS, everywhere, who};

const STEPS: [&str; 3] = ["planRelease", "publishRelease", "withdrawRelease"];

/// The code of the user error of a step, or nothing.
fn code(data: &Value, step: &str) -> Option<String> {
    data[step]["userErrors"][0]["code"].as_str().map(str::to_owned)
}

#[test]
fn a_step_with_a_release_is_the_operators_and_a_named_processor_only_plans() {
    for app in everywhere() {
        let read = r#"{ releases(filter: { source: "CAF-ALLOC", period: "2025" }) { edges { node { reference state publishedOn } } } }"#;
        let before = app.ask(who("operator"), read).data();
        let reference = before["releases"]["edges"][0]["node"]["reference"].as_str().unwrap().to_owned();
        for caller in CALLERS {
            for step in STEPS {
                let ask = |reference: &str| {
                    let query = format!(
                        r#"mutation {{ {step}(input: {{ reference: "{reference}" }}) {{ release {{ reference }} userErrors {{ code field }} }} }}"#
                    );
                    app.ask(caller, &query)
                };
                let allowed =
                    caller.name == "operator" || (caller.name == "processor" && step == "planRelease");
                if allowed && step != "planRelease" {
                    // What would change the observatory that the tests share is tried in the office's own tests.
                    continue;
                }
                let there = ask(&reference).data();
                let expected = match (allowed, caller.name) {
                    (true, _) => "RELEASE_STATE",
                    // Who plans a release, or hands it in, knows that it is there.
                    (false, "processor" | "provider") => "NOT_YOUR_STEP",
                    (false, _) => "RELEASE_UNKNOWN",
                };
                assert_eq!(code(&there, step).as_deref(), Some(expected), "{} {step}", caller.name);
                assert!(there[step]["release"].is_null());
                if expected == "RELEASE_UNKNOWN" {
                    assert_eq!(there, ask("CAF-ALLOC-1999-1").data(), "{} {step}", caller.name);
                }
            }
        }
        assert_eq!(app.ask(who("operator"), read).data(), before);
    }
}
