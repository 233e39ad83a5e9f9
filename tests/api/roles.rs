//! With two roles of PostgreSQL the one that serves cannot read the vault, and everything works.

use observatoire::store::Separation;
use sea_orm::{ConnectionTrait, Database};
use serde_json::Value;

use crate::support::app::{RUNTIME, TestApp, own_with_counts, who};

const SERVING: &str = "serving_observatoire";
const OPENED: &str = r#"{ observations(filter: { indicators: ["PRE03"], level: IRIS, within: "21166", dimensions: ["AGE", "RSA_TYPE"], periods: ["2025"] }, first: 200) { nodes { value withheld } } }"#;

/// What the database says to a statement.
fn said(url: &str, sql: &str) -> Result<(), String> {
    RUNTIME.block_on(async {
        let database = Database::connect(url).await.unwrap();
        database.execute_unprepared(sql).await.map(|_| ()).map_err(|error| error.to_string())
    })
}

/// The address of the same database for another role.
fn as_serving(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{scheme}://{SERVING}:serving@{place}")
}

fn values(app: &TestApp) -> Value {
    app.ask(who("analyst with an unmasked grant"), OPENED).data()
}

#[test]
fn the_role_that_serves_cannot_read_the_vault_and_everything_works() {
    for app in own_with_counts("roles").iter().filter(|app| app.backend == "postgres") {
        said(&app.url, &format!("CREATE ROLE {SERVING} LOGIN PASSWORD 'serving'")).unwrap();
        let serving = as_serving(&app.url);
        let (apart, separation) = app.apart(&serving);
        assert_eq!(separation, Some(Separation::Apart));
        assert_eq!(app.apart(&app.url).1, Some(Separation::Together));

        assert!(said(&serving, "SELECT 1 FROM figure LIMIT 1").is_ok());
        for forbidden in [
            "SELECT 1 FROM vault_sheet LIMIT 1",
            "SELECT 1 FROM vault_proof LIMIT 1",
            "SELECT 1 FROM vault_explanation LIMIT 1",
            "DELETE FROM vault_sheet",
            "UPDATE figure SET shown = 1",
            "UPDATE use_grant SET unmasked = TRUE",
            "CREATE TABLE other (id INT)",
        ] {
            let denied = said(&serving, forbidden).unwrap_err();
            assert!(denied.contains("permission denied"), "{forbidden}: {denied}");
        }

        let opened = values(&apart);
        assert_eq!(opened, values(app));
        assert!(
            opened["observations"]["nodes"].as_array().unwrap().iter().any(|node| !node["value"].is_null())
        );
        let act = r#"mutation { revokeTokens(input: { partner: "COM-21166" }) { partner { code } userErrors { code } } }"#;
        let done = apart.ask(who("operator"), act).data();
        assert_eq!(done["revokeTokens"]["partner"]["code"], "COM-21166");
        let records = r#"{ accessLog(filter: { partner: "COM-21166" }) { totalCount } }"#;
        assert_eq!(apart.ask(who("operator"), records).data()["accessLog"]["totalCount"], 2);
        assert_eq!(said(&app.url, &format!("DROP OWNED BY {SERVING}; DROP ROLE {SERVING}")), Ok(()));
    }
}
