//! Tokens of a real OpenID Connect provider: `oidc-provider` for Node, to which machines give their own secret.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use super::{ask, question, refused, trusting, viewer};
use crate::{clients::tools, support::app::RUNTIME};

/// The provider, for as long as the test runs.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks for a token of the API, as a machine.
fn token(issuer: &str, client: &str) -> String {
    RUNTIME.block_on(async {
        let asked = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .post(format!("{issuer}/token"))
            .basic_auth(client, Some(format!("secret-of-{client}")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&scope=read&resource=urn:observatoire");
        let answer = asked.send().await.unwrap().bytes().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    })
}

#[test]
fn tokens_of_a_real_provider_open() {
    let Some(folder) = tools::provider() else { return };
    let mut command = Command::new("node");
    let command = command.arg("provider.mjs").arg("observatoire-api").current_dir(folder);
    let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let issuer = lines.next().unwrap().unwrap();
    let app = trusting(&[&issuer]);
    let analyst = token(&issuer, "analyst");
    let expected = json!({
        "subject": "analyst", "client": null, "purpose": null, "roles": ["ANALYST"], "partner": { "code": "CCAS-DIJON" },
    });
    assert_eq!(viewer(&app, &analyst), expected);
    let declared = app.send(question(&analyst, Some("NEEDS_ANALYSIS"))).data();
    assert_eq!(declared["viewer"]["purpose"], "NEEDS_ANALYSIS");
    assert_eq!(app.send(question(&analyst, Some("URBAN_POLICY"))).code().as_deref(), Some("PURPOSE_INVALID"));
    refused(&ask(&app, &token(&issuer, "visitor")), "it carries no role", "no role of ours");
    refused(&ask(&app, &token(&issuer, "stranger")), "its organisation is unknown", "no partner of ours");
    // Its keys are known: its tokens are good without it.
    drop(running);
    assert_eq!(viewer(&app, &analyst), expected);
}
