//! Documents by chance: lists of whatever the schema has, with keys, fragments and arguments, good ones and bad ones.

use std::collections::BTreeMap;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use serde_json::Value;

use crate::support::app::{TestApp, who};

/// Lists that documents begin with, with the type of their pages.
const ROOTS: [(&str, &str); 9] = [
    (r#"territories(filter: { level: COMMUNE, within: "242100410" }, first: 4)"#, "TerritoryConnection"),
    (r#"territories(filter: { level: IRIS, within: "21166" }, first: 6)"#, "TerritoryConnection"),
    (
        r#"observations(filter: { indicators: ["PRE03", "DEM01"], level: COMMUNE, periods: ["2025", "2023"] }, first: 9)"#,
        "ObservationConnection",
    ),
    (
        r#"observations(filter: { indicators: ["PRE03"], territories: ["21231"], dimensions: ["AGE"] }, last: 7)"#,
        "ObservationConnection",
    ),
    ("indicators(first: 6)", "IndicatorConnection"),
    ("studies(first: 6)", "StudyConnection"),
    ("partners(first: 3)", "PartnerConnection"),
    ("sources(first: 3)", "SourceConnection"),
    ("releases(first: 3)", "ReleaseConnection"),
];

/// Arguments by field, beside none; fields that need others are not asked.
const ARGUMENTS: [(&str, &[&str]); 6] = [
    (
        "Territory.observation",
        &[
            r#"(indicator: "PRE03", period: "2025")"#,
            r#"(indicator: "DEM01")"#,
            r#"(indicator: "REV03", period: "2021", breakdown: [])"#,
            r#"(indicator: "PRE03", breakdown: [{ dimension: "AGE", category: "00-24" }])"#,
            r#"(indicator: "NONE")"#,
        ],
    ),
    ("Territory.children", &["(first: 2)", "(level: IRIS, first: 3)", "(last: 2)", r#"(after: "x")"#]),
    ("Territory.parent", &["(level: AGGLOMERATION)"]),
    ("Territory.population", &[r#"(period: "2021")"#]),
    ("Territory.studies", &["(first: 2)"]),
    ("Territory.observations", &[r#"(filter: { indicators: ["PRE03"] }, first: 3)"#]),
];

struct Field {
    name: String,
    of: String,
    needs_arguments: bool,
}

/// Makes documents.
pub struct Documents {
    types: BTreeMap<String, Vec<Field>>,
    chance: ChaCha8Rng,
    keys: usize,
}

impl Documents {
    /// Of the schema of an observatory.
    pub fn new(app: &TestApp, seed: u64) -> Self {
        let kinds = (0..6).fold("kind name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
        let query = format!(
            "{{ __schema {{ types {{ kind name fields {{ name type {{ {kinds} }} args {{ defaultValue type {{ kind }} }} }} }} }} }}"
        );
        let data = app.ask(who("public"), &query).data();
        let types = data["__schema"]["types"].as_array().unwrap().iter();
        let objects = types.filter(|ty| ty["kind"] == "OBJECT");
        let types = objects
            .map(|ty| (text(&ty["name"]), ty["fields"].as_array().unwrap().iter().map(field).collect()));
        Self { types: types.collect(), chance: ChaCha8Rng::seed_from_u64(seed), keys: 0 }
    }

    fn below(&mut self, most: usize) -> usize {
        self.chance.next_u32() as usize % most
    }

    /// The next document.
    pub fn next(&mut self) -> String {
        let (root, of) = ROOTS[self.below(ROOTS.len())];
        format!("{{ {root} {{ {} }} }}", self.selection(of, 4))
    }

    fn selection(&mut self, of: &str, deep: usize) -> String {
        let mut asked = Vec::new();
        for _ in 0..=self.below(5) {
            let Some(field) = self.field(of, deep) else { continue };
            asked.push(match self.below(16) {
                12 => format!("... @skip(if: true) {{ {field} }}"),
                13 => format!("... on {of} @include(if: true) {{ {field} }}"),
                0 => format!("... on {of} {{ {field} }}"),
                1 => format!("... {{ {field} }}"),
                2 | 3 => {
                    self.keys += 1;
                    format!("k{}: {field}", self.keys)
                }
                _ => field,
            });
        }
        if asked.is_empty() { "__typename".to_owned() } else { asked.join(" ") }
    }

    fn field(&mut self, of: &str, deep: usize) -> Option<String> {
        let count = self.types[of].len();
        let at = self.below(count);
        let Field { name, of: inner, needs_arguments } = &self.types[of][at];
        let (name, inner, needs_arguments) = (name.clone(), inner.clone(), *needs_arguments);
        let known = ARGUMENTS.iter().find(|(field, _)| *field == format!("{of}.{name}"));
        let arguments = match known {
            Some((_, known)) if needs_arguments || self.below(2) == 0 => known[self.below(known.len())],
            _ if needs_arguments => return None,
            _ => "",
        };
        if !self.types.contains_key(&inner) {
            // Interfaces and unions are asked elsewhere; what has no fields is a scalar or a word.
            return (!matches!(inner.as_str(), "Node")).then(|| format!("{name}{arguments}"));
        }
        (deep > 0).then(|| format!("{name}{arguments} {{ {} }}", self.selection(&inner, deep - 1)))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn field(field: &Value) -> Field {
    let mut inner = &field["type"];
    while inner["name"].is_null() {
        inner = &inner["ofType"];
    }
    let mut arguments = field["args"].as_array().unwrap().iter();
    Field {
        name: text(&field["name"]),
        of: text(&inner["name"]),
        needs_arguments: arguments
            .any(|argument| argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()),
    }
}
