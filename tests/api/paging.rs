//! Pages of figures, forwards and backwards, add up to the whole list.

use serde_json::Value;

use crate::support::app::{TestApp, everywhere, who};

const NODE: &str = "edges { cursor node { period value territory { code } breakdown { code } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";

fn page(app: &TestApp, filter: &str, order: &str, paging: &str) -> Value {
    let query =
        format!("{{ observations(filter: {{ {filter} }}, orderBy: [{order}], {paging}) {{ {NODE} }} }}");
    app.ask(who("operator"), &query).data()["observations"].take()
}

fn nodes(page: &Value) -> Vec<String> {
    page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].to_string()).collect()
}

#[test]
fn pages_forwards_and_backwards_add_up_in_every_order() {
    let filter = r#"indicators: ["PRE03"], level: IRIS, within: "21166", dimensions: ["AGE"]"#;
    let orders = [
        "{ field: VALUE }",
        "{ field: VALUE, direction: DESCENDING }",
        "{ field: PERIOD, direction: DESCENDING }, { field: VALUE }",
        "{ field: TERRITORY, direction: DESCENDING }, { field: PERIOD }",
    ];
    for app in everywhere() {
        for order in orders {
            let whole = page(app, filter, order, "first: 500");
            let all = nodes(&whole);
            assert_eq!(whole["totalCount"], all.len());
            assert!(all.len() > 40 && whole["pageInfo"]["hasNextPage"] == false);

            let (mut forwards, mut after) = (Vec::new(), String::new());
            loop {
                let some = page(app, filter, order, &format!("first: 17 {after}"));
                forwards.extend(nodes(&some));
                if some["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = format!("after: {}", some["pageInfo"]["endCursor"]);
            }
            assert_eq!(forwards, all, "{order}");

            let (mut backwards, mut before) = (Vec::new(), String::new());
            loop {
                let some = page(app, filter, order, &format!("last: 13 {before}"));
                backwards.splice(0..0, nodes(&some));
                if some["pageInfo"]["hasPreviousPage"] == false {
                    break;
                }
                before = format!("before: {}", some["pageInfo"]["startCursor"]);
            }
            assert_eq!(backwards, all, "{order}");
        }
    }
}

#[test]
fn a_condition_on_values_finds_shown_values_only() {
    let base = r#"indicators: ["PRE03"], level: IRIS, dimensions: ["AGE"]"#;
    for app in everywhere() {
        let all = page(app, base, "", "first: 1")["totalCount"].as_u64().unwrap();
        let count = |more: &str| {
            page(app, &format!("{base}, {more}"), "", "first: 1")["totalCount"].as_u64().unwrap()
        };
        let (shown, hidden) = (count("shown: true"), count("shown: false"));
        assert_eq!(shown + hidden, all);
        assert!(hidden > 0);
        assert_eq!(count("atLeast: -1"), shown);
        assert_eq!(count("atMost: 1e300"), shown);
        assert_eq!(count("shown: false, atLeast: -1"), 0);
        let public = app.ask(
            who("public"),
            &format!("{{ observations(filter: {{ {base}, atLeast: -1 }}) {{ totalCount }} }}"),
        );
        assert_eq!(public.data()["observations"]["totalCount"], 0);
    }
}
