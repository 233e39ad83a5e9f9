//! Documents that explode, and variables that do: counted and refused before anything walks them.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{
    Tried, WAYS, Way, address, ask, by_digest, code, document, expect, expect_whole, persisting, send, start,
    told,
};
use crate::support::app::{TestApp, sqlite};

/// So many parts of a text, each with its number.
fn parts(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// A text with so many brackets around it.
fn within(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// Pages of territories in pages of territories.
fn lists(depth: usize, list: &str) -> String {
    let lists = within(depth, &format!("{list}(first: 500) {{ nodes {{ "), "id", " } }");
    format!("{{ territory(code: \"242100410\") {{ {lists} }} }}")
}

/// Fragments of which each spreads the next one so many times.
fn bomb(levels: usize, times: usize) -> String {
    let spread = |level: usize| {
        format!(" fragment f{level} on Query {{ {} }}", format!("...f{} ", level + 1).repeat(times))
    };
    format!("{} fragment f{levels} on Query {{ __typename }}", parts(levels, spread))
}

/// What is refused before it is executed; a new one is a line.
fn refused() -> Vec<Tried> {
    const FULL: &str = "TOO_COMPLEX";
    const WRONG: &str = "VALIDATION_FAILED";
    const UNREADABLE: &str = "SYNTAX_INVALID";
    let include = "@include(if: true) ";
    let search = "observations(filter: { indicators: [\"DEM01\"] }, first: 1) { totalCount }";
    let table = "table(input: { indicators: [\"DEM01\"], rows: [TERRITORY], columns: [PERIOD], territories: { level: COMMUNE } }) { title }";
    let draft = "draftStudy(input: { study: { kind: THEMATIC, title: \"x\", audience: PUBLIC } }) { userErrors { code } }";
    let parent = |depth: usize| {
        let deep = within(depth, "parent { ", "id", " }");
        document(format!("{{ territory(code: \"21231\") {{ {deep} }} }}"))
    };
    let argument = |value: String| document(format!("{{ territory(code: {value}) {{ id }} }}"));
    let fields = |text: String| document(format!("{{ {text} }}"));
    vec![
        // Aliases and fields over and over.
        ("6,000 aliases", fields(parts(6_000, |at| format!("a{at}:sources{{totalCount}} "))), FULL),
        ("6,000 aliases of __typename", fields(parts(6_000, |at| format!("a{at}:__typename "))), FULL),
        (
            "aliases within a list",
            fields(format!(
                "territories(first: 500) {{ nodes {{ {} }} }}",
                parts(600, |at| format!("a{at}:name "))
            )),
            FULL,
        ),
        ("aliases of a search", fields(parts(40, |at| format!("a{at}:{search} "))), FULL),
        ("aliases of a table", fields(parts(40, |at| format!("a{at}:{table} "))), FULL),
        ("10,000 times a field", fields("__typename ".repeat(10_000)), FULL),
        ("10,000 times a field that is not there", fields("a ".repeat(10_000)), FULL),
        ("10,000 times an inline fragment", fields("...{a} ".repeat(10_000)), FULL),
        (
            "10,000 times a fragment",
            document(format!("{{ {} }} fragment f on Query {{ __typename }}", "...f ".repeat(10_000))),
            FULL,
        ),
        // Fragments.
        ("a circle of one", document("{ ...a } fragment a on Query { ...a }"), WRONG),
        (
            "a circle of two",
            document("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"),
            WRONG,
        ),
        (
            "a circle of three",
            document(
                "{ ...a } fragment a on Query { ...b } fragment b on Query { ...c } fragment c on Query { ...a }",
            ),
            WRONG,
        ),
        (
            "a circle through a field",
            document("{ territory(code: \"21231\") { ...a } } fragment a on Territory { parent { ...a } }"),
            WRONG,
        ),
        (
            "a circle through an inline fragment",
            document("{ ...a } fragment a on Query { ... { ...a } }"),
            WRONG,
        ),
        ("a circle that nothing spreads", document("{ __typename } fragment a on Query { ...a }"), WRONG),
        (
            "a circle beside the operation that is asked",
            json!({ "query": "query A { __typename } query B { ...a } fragment a on Query { ...a }", "operationName": "A" }),
            WRONG,
        ),
        ("2^13 spreads", document(format!("{{ ...f0 }} {}", bomb(13, 2))), FULL),
        ("2^24 spreads", document(format!("{{ ...f0 }} {}", bomb(24, 2))), FULL),
        ("2^40 spreads", document(format!("{{ ...f0 }} {}", bomb(40, 2))), FULL),
        ("200^3 spreads", document(format!("{{ ...f0 }} {}", bomb(3, 200))), FULL),
        ("5 times 5,000 fields", document(format!("{{ {} }} {}", "...f0 ".repeat(5), bomb(1, 1_200))), FULL),
        ("2^20 spreads that nothing spreads", document(format!("{{ __typename }} {}", bomb(20, 2))), WRONG),
        ("3,000 fragments in a chain", document(format!("{{ ...f0 }} {}", bomb(3_000, 1))), FULL),
        ("a fragment that is not there", document("{ ...a }"), WRONG),
        ("a fragment of another type", document("{ ...a } fragment a on Territory { id }"), WRONG),
        (
            "2,000 fragments of one name",
            document(format!("{{ ...a }} {}", "fragment a on Query { __typename } ".repeat(2_000))),
            UNREADABLE,
        ),
        // Directives.
        (
            "10,000 directives on a field",
            fields(format!("viewer {} {{ subject }}", include.repeat(10_000))),
            FULL,
        ),
        (
            "10,000 directives on a spread",
            document(format!("{{ ...f {} }} fragment f on Query {{ __typename }}", include.repeat(10_000))),
            FULL,
        ),
        (
            "10,000 directives on an inline fragment",
            fields(format!("... {} {{ __typename }}", include.repeat(10_000))),
            FULL,
        ),
        ("10,000 unknown directives", fields(format!("viewer {} {{ subject }}", "@a ".repeat(10_000))), FULL),
        ("an unknown directive on a field", document("{ viewer @a { subject } }"), WRONG),
        ("an unknown directive on an operation", document("query @a { __typename }"), WRONG),
        ("an unknown directive on an inline fragment", document("{ ... @a { __typename } }"), WRONG),
        ("a directive in the wrong place", document("query @include(if: true) { __typename }"), WRONG),
        ("a directive without its argument", document("{ viewer @include { subject } }"), WRONG),
        // Nesting.
        ("25 levels of fields", parent(25), FULL),
        ("1,000 levels of fields", parent(1_000), FULL),
        ("10,000 levels of fields", parent(10_000), FULL),
        ("58 lists in an argument", argument(within(58, "[", "", "]")), WRONG),
        ("1,000 lists in an argument", argument(within(1_000, "[", "", "]")), FULL),
        ("100,000 lists in an argument", argument(within(100_000, "[", "", "]")), FULL),
        ("58 objects in an argument", argument(within(58, "{a:", "1", "}")), WRONG),
        ("1,000 objects in an argument", argument(within(1_000, "{a:", "1", "}")), FULL),
        ("lists and objects in turn", argument(within(500, "[{a:", "1", "}]")), FULL),
        ("1,000 inline fragments", document(within(1_001, "{...", "{a}", "}")), FULL),
        (
            "1,000 lists in the type of a variable",
            document(format!("query($a: {}) {{ __typename }}", within(1_000, "[", "Int", "]"))),
            FULL,
        ),
        (
            "1,000 lists in the default of a variable",
            document(format!("query($a: Int = {}) {{ __typename }}", within(1_000, "[", "", "]"))),
            FULL,
        ),
        (
            "1,000 lists in a directive",
            document(format!("{{ __typename @include(if: {}) }}", within(1_000, "[", "", "]"))),
            FULL,
        ),
        (
            "nesting behind a comment",
            document(format!("# {{\r{{ territory(code: {}) {{ id }} }}", within(1_000, "[", "", "]"))),
            FULL,
        ),
        (
            "nesting behind a text",
            document(format!("{{ a(b: \"\\\\\" c: {}) }}", within(1_000, "[", "", "]"))),
            FULL,
        ),
        ("200,000 brackets that stay open", document("{".repeat(200_000)), FULL),
        // Lists of lists: their product is more than a number holds, and must not begin again at nothing.
        ("5 lists in one another", document(lists(5, "children")), FULL),
        ("8 lists in one another", document(lists(8, "children")), FULL),
        ("11 lists in one another", document(lists(11, "children")), FULL),
        // Numbers and many of something.
        (
            "a number of 100,000 digits",
            fields(format!("indicators(first: {}) {{ totalCount }}", "9".repeat(100_000))),
            UNREADABLE,
        ),
        ("a number out of range", fields("indicators(first: 1e400) { totalCount }".to_owned()), UNREADABLE),
        (
            "a number beyond 32 bits",
            fields("indicators(first: 99999999999) { totalCount }".to_owned()),
            WRONG,
        ),
        (
            "20,000 arguments",
            fields(format!("territory({}) {{ id }}", parts(20_000, |at| format!("a{at}:1 ")))),
            FULL,
        ),
        (
            "20,000 times an argument",
            fields(format!("territory({}) {{ id }}", "code:\"1\" ".repeat(20_000))),
            FULL,
        ),
        (
            "4,000 fragments that nothing spreads",
            document({
                let all = parts(4_000, |at| format!("fragment x{at} on Query {{ ...M }} "));
                format!("{{ __typename }} fragment M on Query {{ {} }} {all}", "a ".repeat(10_000))
            }),
            WRONG,
        ),
        (
            "a field given twice in an object",
            fields("territories(filter: { level: IRIS level: COMMUNE }) { totalCount }".to_owned()),
            WRONG,
        ),
        ("2,000 spreads within fragments of types", document(spreads_within_types()), FULL),
        (
            "10,000 variables",
            document(format!("query({}) {{ __typename }}", parts(10_000, |at| format!("$a{at}:Int ")))),
            FULL,
        ),
        (
            "10,000 variables without a value",
            document(format!("query({}) {{ __typename }}", parts(10_000, |at| format!("$a{at}:Int! ")))),
            FULL,
        ),
        (
            "10,000 times a variable",
            document(format!(
                "query({}) {{ indicators(first: $a) {{ totalCount }} }}",
                "$a:Int ".repeat(10_000)
            )),
            FULL,
        ),
        ("a variable that is not declared", document("{ territory(code: $a) { id } }"), WRONG),
        ("9,000 operations", document(parts(9_000, |at| format!("query q{at}{{__typename}} "))), FULL),
        (
            "50 operations, none of them chosen",
            document(parts(50, |at| format!("query q{at}{{__typename}} "))),
            WRONG,
        ),
        ("2,000 operations of one name", document("query q{__typename} ".repeat(2_000)), UNREADABLE),
        ("2,000 operations without a name", document("{__typename} ".repeat(2_000)), UNREADABLE),
        (
            "another operation than those that are there",
            json!({ "query": "query A { __typename }", "operationName": "B" }),
            WRONG,
        ),
        (
            "a name of 100,000 letters",
            json!({ "query": "query A { __typename }", "operationName": "A".repeat(100_000) }),
            WRONG,
        ),
        ("a field of 200,000 letters", fields("a".repeat(200_000)), FULL),
        ("2,000 errors", fields("a{b} ".repeat(2_000)), WRONG),
        // What is no document.
        ("nothing", document(""), UNREADABLE),
        ("a comment of 200,000 letters", document("#".repeat(200_000)), UNREADABLE),
        ("200,000 commas", document(",".repeat(200_000)), UNREADABLE),
        ("100,000 lines", document("\n".repeat(100_000)), UNREADABLE),
        ("60 brackets that stay open", document("{a".repeat(60)), UNREADABLE),
        (
            "a text that stays open",
            document(format!("{{ territory(code: \"{}", "a".repeat(200_000))),
            UNREADABLE,
        ),
        (
            "a block that stays open",
            document(format!("{{ territory(code: \"\"\"{}", "a".repeat(200_000))),
            UNREADABLE,
        ),
        ("half of a pair of UTF-16", document(r#"{ territory(code: "\uD800") { id } }"#), UNREADABLE),
        ("an escape that is none", document(r#"{ territory(code: "\q") { id } }"#), UNREADABLE),
        ("a NUL between fields", document("{ __typename \u{0} }"), UNREADABLE),
        ("a definition of a type", document("type Query { a: Int }"), UNREADABLE),
        ("a statement of SQL", document("SELECT name FROM partner"), UNREADABLE),
        // Mutations; by GET no document of them is looked into any further.
        (
            "aliases of an act",
            document(format!("mutation {{ {} }}", parts(100, |at| format!("a{at}:{draft} ")))),
            FULL,
        ),
    ]
}

/// What may come in by GET is queries: of any other document that is said first.
fn expected_of(way: Way, body: &Value, code: &'static str) -> &'static str {
    let is_act = body["query"].as_str().is_some_and(|text| text.starts_with("mutation"));
    if is_act && way == Way::Address { "GET_MUST_QUERY" } else { code }
}

/// That nothing was asked of the database.
fn expect_no_statement(statements: &Mutex<Vec<String>>, what: &str) {
    let asked = std::mem::take(&mut *statements.lock().unwrap());
    assert!(asked.is_empty(), "{what}: {asked:?}");
}

/// The first of a batch was refused, and the second answered all the same.
fn expect_first_of_two(app: &TestApp, body: &Value, code: &str, what: &str) {
    let request = Way::Batch.request(body, &[]).unwrap();
    let answer = send(app, request, what);
    expect(&answer, code, what);
    assert_eq!(answer.json()[1]["data"]["__typename"], "Query", "{what}: {}", start(&answer));
}

/// Spreads that hold no field, walked once more for each type at each level.
fn spreads_within_types() -> String {
    const TYPES: [&str; 5] = ["Agreement", "Indicator", "Partner", "Study", "Territory"];
    let of_types: String = TYPES.iter().map(|of| format!("... on {of} {{ a {{ b }} }} ")).collect();
    let innermost = format!("b {}", parts(2_000, |at| format!("...x{at} ")));
    let set = (0..6).fold(innermost, |set, _| format!("... on Node {{ a {{ {set} }} }} {of_types}"));
    let fragments = parts(2_000, |at| format!("fragment x{at} on Node {{ ...y }} "));
    format!("{{ node(id: \"x\") {{ {set} }} }} {fragments}")
}

#[test]
fn what_explodes_or_does_not_fit_is_refused_whichever_way_it_comes_and_reads_nothing() {
    let (app, statements) = sqlite().counting();
    let batches = sqlite().with_settings(|settings| settings.batch_limit = 2);
    let mut by_address = 0;
    for (what, body, code) in refused() {
        for way in WAYS {
            // What only answers in a stream refuses of an act by its address is a test of its own.
            let is_act = body["query"].as_str().is_some_and(|text| text.starts_with("mutation"));
            if way == Way::EventsByAddress && is_act {
                continue;
            }
            let what = format!("{what} ({way:?})");
            if way == Way::Batch {
                expect_first_of_two(&batches, &body, code, &what);
                continue;
            }
            let Some(answer) = ask(&app, way, &body, &what) else { continue };
            by_address += usize::from(way == Way::Address);
            let code = expected_of(way, &body, code);
            match way {
                Way::Body | Way::Address => expect_whole(&answer, code, &what),
                _ => expect(&answer, code, &what),
            }
            expect_no_statement(&statements, &what);
        }
        // Nothing of it is kept for later.
        let what = format!("{what} (persisted)");
        let persisted = ask(&app, Way::Body, &persisting(&body), &what).unwrap();
        expect_whole(&persisted, code, &what);
        for way in [Way::Body, Way::Address, Way::Events, Way::EventsByAddress] {
            let answer = ask(&app, way, &by_digest(&body), &what);
            if let Some(answer) = answer {
                expect(&answer, "PERSISTED_QUERY_NOT_FOUND", &what);
            }
        }
        expect_no_statement(&statements, &what);
    }
    assert!(by_address > 25, "only {by_address} were asked by an address");
}

#[test]
fn what_costs_little_is_answered_or_refused_and_stays_little() {
    let (app, statements) = sqlite().counting();
    let include = "@include(if: true) ";
    let cheap = [
        ("4,900 times a field", document(format!("{{ {} }}", "__typename ".repeat(4_900)))),
        ("4,900 directives on __typename", document(format!("{{ __typename {} }}", include.repeat(4_900)))),
        ("20 inline fragments", document(within(20, "{...", "{__typename}", "}"))),
        ("a mark of the order of bytes", document("\u{feff}{ __typename }")),
        ("50 operations, one of them chosen", {
            let text = parts(50, |at| format!("query q{at}{{__typename}} "));
            json!({ "query": text, "operationName": "q7" })
        }),
        ("10,000 variables that nothing declares", {
            let variables: serde_json::Map<String, Value> =
                (0..10_000).map(|at| (format!("a{at}"), json!(at))).collect();
            json!({ "query": "{ __typename }", "variables": variables })
        }),
    ];
    for (what, body) in cheap {
        for way in WAYS.into_iter().filter(|way| *way != Way::Batch) {
            let what = format!("{what} ({way:?})");
            let Some(answer) = ask(&app, way, &body, &what) else { continue };
            assert!(!answer.status.is_server_error(), "{what}: {}", start(&answer));
            assert!(
                code(&answer).is_none_or(|code| code == "VALIDATION_FAILED"),
                "{what}: {}",
                start(&answer)
            );
            assert!(answer.bytes.len() <= super::LONGEST_REFUSAL, "{what}: {}", answer.bytes.len());
            expect_no_statement(&statements, &what);
        }
    }
}

/// A variable that is tried: what it is; its type, where it goes and a good value; the bad one, and the code of it.
type TriedVariable = (&'static str, (&'static str, &'static str, Value), Value, &'static str);

/// What is refused of variables; a new one is a line.
fn variables() -> Vec<TriedVariable> {
    const WRONG: &str = "VALIDATION_FAILED";
    let code = || ("String!", "territory(code: $v) { name }", json!("21231"));
    let first = || ("Int", "indicators(first: $v) { totalCount }", json!(2));
    let nodes = || ("[ID!]!", "nodes(ids: $v) { id }", json!([]));
    let filter =
        || ("TerritoryFilter", "territories(filter: $v) { totalCount }", json!({ "level": "COMMUNE" }));
    let searched =
        || ("[String!]!", "observations(filter: { indicators: $v }) { totalCount }", json!(["DEM01"]));
    let level = || ("TerritoryLevel", "territories(filter: { level: $v }) { totalCount }", json!("COMMUNE"));
    let deep = || (0..100).fold(json!([]), |inner, _| json!([inner]));
    vec![
        ("a text of 200,000 letters", code(), json!("A".repeat(200_000)), "CODE_INVALID"),
        ("a text of NULs", code(), json!("\u{0}".repeat(1_000)), "CODE_INVALID"),
        ("a condition of SQL", code(), json!("21231' OR '1'='1"), "CODE_INVALID"),
        ("a path", code(), json!("../../../../etc/passwd"), "CODE_INVALID"),
        ("a list 100 deep for a text", code(), deep(), WRONG),
        ("an object for a text", code(), json!({ "$ne": "" }), WRONG),
        ("null for a text", code(), Value::Null, WRONG),
        ("a number beyond 32 bits", first(), json!(99_999_999_999_i64), WRONG),
        ("the highest number of 32 bits", first(), json!(i32::MAX), "PAGE_TOO_LARGE"),
        ("the lowest number of 32 bits", first(), json!(i32::MIN), "PAGING_INVALID"),
        ("a fraction", first(), json!(1.5), WRONG),
        ("a text for a number", first(), json!("1"), WRONG),
        ("truth for a number", first(), json!(true), WRONG),
        ("20,000 identifiers", nodes(), json!(vec!["a"; 20_000]), "PAGE_TOO_LARGE"),
        ("an object for a list", nodes(), json!({ "a": 1 }), WRONG),
        ("a list of nulls", nodes(), json!([null]), WRONG),
        ("5,000 indicators", searched(), json!(vec!["DEM01"; 5_000]), "FILTER_INVALID"),
        ("a field that is not there", filter(), json!({ "__proto__": {} }), WRONG),
        ("a condition of SQL in a filter", filter(), json!({ "within": "' OR 1=1 --" }), "CODE_INVALID"),
        ("no value of the enumeration", level(), json!("COMMUNE' --"), WRONG),
        ("a list for an enumeration", level(), json!([["COMMUNE"], "IRIS"]), WRONG),
    ]
}

#[test]
fn variables_are_refused_by_name_whichever_way_they_come() {
    let app = sqlite().with_settings(|settings| settings.batch_limit = 2);
    for (what, (kind, field, good), bad, code) in variables() {
        let asked = |value: &Value| {
            let text = format!("query($v: {kind}) {{ {field} }}");
            json!({ "query": text, "variables": { "v": value } })
        };
        for way in WAYS {
            let what = format!("{what} ({way:?})");
            let Some(answer) = ask(&app, way, &asked(&bad), &what) else { continue };
            expect(&answer, code, &what);
        }
        // A document that is good is kept, and what comes with its digest is looked at all the same.
        let what = format!("{what} (persisted)");
        let kept = ask(&app, Way::Body, &persisting(&asked(&good)), &what).unwrap();
        assert!(told(&kept).get("errors").is_none(), "{what}: {}", start(&kept));
        for way in WAYS {
            let Some(answer) = ask(&app, way, &by_digest(&asked(&bad)), &what) else { continue };
            expect(&answer, code, &what);
        }
    }
}

#[test]
fn where_documents_are_registered_no_other_one_is_even_read_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("known.graphql"), "{ __typename }").unwrap();
    let app =
        sqlite().with_settings(|settings| settings.registered_documents = Some(folder.path().to_path_buf()));
    for (what, body, _) in refused() {
        for body in [body.clone(), persisting(&body)] {
            let answer = ask(&app, Way::Body, &body, what).unwrap();
            expect_whole(&answer, "DOCUMENT_NOT_REGISTERED", what);
        }
        for way in [Way::Address, Way::Events, Way::EventsByAddress] {
            let Some(answer) = ask(&app, way, &body, what) else { continue };
            expect(&answer, "DOCUMENT_NOT_REGISTERED", what);
        }
        let answer = ask(&app, Way::Body, &by_digest(&body), what).unwrap();
        expect_whole(&answer, "PERSISTED_QUERY_NOT_FOUND", what);
    }
}

#[test]
fn a_batch_is_no_way_around_a_limit() {
    let few = sqlite().with_settings(|settings| settings.batch_limit = 3);
    let one = document("{ __typename }");
    let post = |app: &TestApp, body: &Value, what: &str| ask(app, Way::Body, body, what).unwrap();
    for (what, body) in [
        ("none", json!([])),
        ("one", json!([one])),
        ("5,000", json!(vec![one.clone(); 5_000])),
        ("a list in a list", json!([[one]])),
        ("numbers", json!([1, 2])),
    ] {
        expect_whole(&post(sqlite(), &body, what), "BATCH_UNSUPPORTED", what);
        // Streams carry one operation each, whatever the setting.
        for app in [sqlite(), &few] {
            let answer = ask(app, Way::Events, &body, what).unwrap();
            expect_whole(&answer, "BATCH_UNSUPPORTED", what);
        }
    }
    for (what, body, code) in [
        ("none", json!([]), "BATCH_UNSUPPORTED"),
        ("one more than the limit", json!(vec![one.clone(); 4]), "BATCH_UNSUPPORTED"),
        ("5,000", json!(vec![one.clone(); 5_000]), "BATCH_UNSUPPORTED"),
        ("a list in a list", json!([[one]]), "REQUEST_INVALID"),
        ("numbers", json!([1, 2]), "REQUEST_INVALID"),
        ("null", json!([null]), "REQUEST_INVALID"),
        ("a good one and none", json!([one, {}, { "query": 7 }]), "REQUEST_INVALID"),
    ] {
        expect_whole(&post(&few, &body, what), code, what);
    }
    // By an address there is no list.
    let listed = json!({ "query": json!([one]).to_string() });
    expect_whole(&ask(&few, Way::Address, &listed, "a list").unwrap(), "SYNTAX_INVALID", "a list");
    assert!(address(&listed).contains("%5B"));
}

#[test]
fn a_list_of_values_is_no_operation() {
    // Whoever reads objects by the order of their members takes this for one.
    let app = sqlite().with_settings(|settings| settings.batch_limit = 3);
    let answer = ask(&app, Way::Body, &json!([["{ __typename }"]]), "members in order").unwrap();
    expect_whole(&answer, "REQUEST_INVALID", "members in order");
}

#[test]
fn what_the_schema_does_not_have_is_refused_beside_a_typename_too() {
    for text in ["{ __typename @a }", "{ __typename(a: 1) }", "{ viewer { __typename @a } }"] {
        let answer = ask(sqlite(), Way::Body, &document(text), text).unwrap();
        expect_whole(&answer, "VALIDATION_FAILED", text);
    }
}
