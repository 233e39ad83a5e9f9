//! What observations say to a caller, which every other output is held against.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::app::{Caller, TestApp};

/// What is told of a figure: a number or the reason why there is none.
pub type Told = Result<f64, String>;

/// A figure: indicator, territory, period, categories in the order of the dimensions (`_T` for all of them).
pub type Key = (String, String, String, Vec<String>);

/// A table that is asked for everywhere: its parameters, and the filters of the observations in it.
pub struct Case {
    pub parameters: &'static str,
    pub input: &'static str,
    pub dimensions: &'static [&'static str],
    pub filters: &'static [&'static str],
}

pub const CASES: &[Case] = &[
    Case {
        parameters: "indicators=PRE03&level=COMMUNE&within=242100410&from=2022&to=2023&dimensions=AGE&totals=true",
        input: r#"rows: [TERRITORY, PERIOD], columns: [INDICATOR, BREAKDOWN], indicators: ["PRE03"], territories: { level: COMMUNE, within: "242100410" }, periods: { from: "2022", to: "2023" }, dimensions: ["AGE"], totals: true"#,
        dimensions: &["AGE"],
        filters: &[
            r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", from: "2022", to: "2023", dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], territories: ["242100410"], from: "2022", to: "2023", dimensions: ["AGE"]"#,
            r#"indicators: ["PRE03"], level: COMMUNE, within: "242100410", from: "2022", to: "2023""#,
            r#"indicators: ["PRE03"], territories: ["242100410"], from: "2022", to: "2023""#,
        ],
    },
    Case {
        parameters: "columns=PERIOD&indicators=PRE01,REV03&level=IRIS&within=21231&asOf=2024-06-01&periods=2021,2024",
        input: r#"rows: [INDICATOR, TERRITORY], columns: [PERIOD], indicators: ["PRE01", "REV03"], territories: { level: IRIS, within: "21231", asOf: "2024-06-01" }, periods: { periods: ["2021", "2024"] }"#,
        dimensions: &[],
        filters: &[
            r#"indicators: ["PRE01", "REV03"], level: IRIS, within: "21231", asOf: "2024-06-01", periods: ["2021", "2024"]"#,
        ],
    },
    Case {
        parameters: "indicators=SAN02&level=PRIORITY_NEIGHBOURHOOD&latest=2",
        input: r#"rows: [TERRITORY], columns: [PERIOD], indicators: ["SAN02"], territories: { level: PRIORITY_NEIGHBOURHOOD }, periods: { latest: 2 }"#,
        dimensions: &[],
        filters: &[r#"indicators: ["SAN02"], level: PRIORITY_NEIGHBOURHOOD"#],
    },
];

impl Case {
    /// What `observations` tells the caller.
    pub fn told(&self, app: &TestApp, caller: &Caller) -> HashMap<Key, Told> {
        let mut told = HashMap::new();
        for filter in self.filters {
            let mut after = String::new();
            loop {
                let query = format!(
                    "{{ observations(filter: {{ {filter} }}, first: 500{after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ value withheld indicator {{ code }} territory {{ code }} period breakdown {{ dimension code }} }} }} }}"
                );
                let page = app.ask(caller, &query).data()["observations"].take();
                for node in page["nodes"].as_array().unwrap() {
                    told.insert(self.key(node), answer(node));
                }
                if page["pageInfo"]["hasNextPage"] != true {
                    break;
                }
                after = format!(", after: {}", page["pageInfo"]["endCursor"]);
            }
        }
        told
    }

    pub fn key(&self, node: &Value) -> Key {
        let categories: HashMap<&str, &str> = node["breakdown"]
            .as_array()
            .unwrap()
            .iter()
            .map(|category| (category["dimension"].as_str().unwrap(), category["code"].as_str().unwrap()))
            .collect();
        let category = |dimension: &&str| categories.get(dimension).unwrap_or(&"_T").to_string();
        (
            node["indicator"]["code"].as_str().unwrap().to_owned(),
            node["territory"]["code"].as_str().unwrap().to_owned(),
            node["period"].as_str().unwrap().to_owned(),
            self.dimensions.iter().map(category).collect(),
        )
    }
}

pub fn answer(node: &Value) -> Told {
    match (node["value"].as_f64(), node["withheld"].as_str()) {
        (Some(value), None) => Ok(value),
        (None, Some(reason)) => Err(reason.to_owned()),
        both => panic!("a value or a reason: {both:?}"),
    }
}

/// Holds what an output says against what observations say: figures that nobody has are not collected, or closed to the
/// caller like all others of their kind.
pub fn check(told: &HashMap<Key, Told>, said: &[(Key, Told)], what: &str) {
    let mut checked = 0;
    for (key, answer) in said {
        match told.get(key) {
            Some(expected) => {
                assert_eq!(answer, expected, "{what}: {key:?}");
                checked += 1;
            }
            None => assert!(answer.is_err(), "{what}: {key:?} is a number that observations do not give"),
        }
    }
    let named: std::collections::HashSet<&Key> = said.iter().map(|(key, _)| key).collect();
    assert!(checked > 0 || told.is_empty(), "{what} says nothing of {} figures", told.len());
    assert_eq!(named.len(), said.len(), "{what} says something twice");
}
