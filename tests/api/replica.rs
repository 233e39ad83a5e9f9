//! A copy of the database is read where it has caught up, and nowhere else.

use sea_orm::{ConnectionTrait, Database};

use crate::support::{
    app::{RUNTIME, TestApp, own_with_counts, who},
    postgres,
};

const OF_THE_COPY: f64 = 424_242.0;

fn run(url: &str, sql: &str) {
    RUNTIME.block_on(async {
        let database = Database::connect(url).await.unwrap();
        database.execute_unprepared(sql).await.unwrap();
        database.close().await.unwrap();
    });
}

/// A copy of the database as it is now.
fn copy_of(app: &TestApp) -> String {
    postgres::server().unwrap().create_database_from_template("replica", &app.url).unwrap()
}

fn told(app: &TestApp, commune: &str) -> f64 {
    let question = format!(
        r#"{{ territory(code: "{commune}") {{ observation(indicator: "PRE01", period: "2025") {{ value }} }} }}"#
    );
    let data = app.ask(who("analyst"), &question).data();
    data["territory"]["observation"]["value"].as_f64().unwrap()
}

#[test]
fn a_copy_is_read_where_it_has_caught_up_and_nowhere_else() {
    for app in own_with_counts("followed").iter().filter(|app| app.backend == "postgres") {
        let copy = copy_of(app);
        // What a copy has of its own tells which one was read; figures are not counted as changes, releases are.
        run(&copy, &format!("UPDATE figure SET shown = {OF_THE_COPY} WHERE shown IS NOT NULL"));
        let following = app.following(&copy);
        let there = told(app, "21231");
        assert_ne!(there, OF_THE_COPY);
        assert_eq!(told(&following, "21231"), OF_THE_COPY, "it has caught up");

        let act = r#"mutation { revokeTokens(input: { partner: "COM-21166" }) { partner { code } userErrors { code } } }"#;
        let done = following.ask(who("operator"), act).data();
        assert_eq!(done["revokeTokens"]["partner"]["code"], "COM-21166");
        assert_eq!(told(&following, "21231"), there, "it lags");

        // One that goes away while it is read.
        let copy = copy_of(app);
        run(&copy, &format!("UPDATE figure SET shown = {OF_THE_COPY} WHERE shown IS NOT NULL"));
        let following = app.following(&copy);
        assert_eq!(told(&following, "21166"), OF_THE_COPY, "it has caught up");
        postgres::server().unwrap().drop_database(&copy).unwrap();
        assert_eq!(told(&following, "21231"), there, "it is away");
    }
}
