//! JSON-stat.

use super::{error_with, fault, limited, outcome, table};
use crate::{Format, Limits, Options};

fn dataset(rest: &str) -> String {
    format!(
        r#"{{"version":"2.0","class":"dataset","label":"x","id":["geo","sex"],"size":[2,3],
"dimension":{{"geo":{{"label":"g","category":{{"index":["01","02"],"label":{{"01":"Ain"}}}}}},
"sex":{{"category":{{"index":{{"T":2,"F":0,"M":1}}}}}}}},"extension":{{"deep":[1,{{}}]}},{rest}}}"#
    )
}

#[test]
fn lists_go_by_order() {
    let text = dataset(r#""value":[1,2.5,null,-4,1e300,"6"],"status":["a",null,"s","","p","e"]"#);
    let table = table(text.as_bytes());
    assert_eq!(table.format, Some(Format::JsonStat));
    assert_eq!(table.columns, ["geo", "sex", "value", "status"]);
    let rows: Vec<String> = table.rows.iter().map(|row| row.join("|")).collect();
    assert_eq!(rows, ["01|F|1|a", "01|M|2.5|", "01|T||s", "02|F|-4|", "02|M|1e300|p", "02|T|6|e"]);
    assert_eq!(table.lines, [2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_status_that_is_not_there_is_no_column() {
    let table = table(dataset(r#""value":[1,2,3,4,5,6]"#).as_bytes());
    assert_eq!(table.columns, ["geo", "sex", "value"]);
    assert_eq!(table.rows.first().map(|row| row.join("|")).as_deref(), Some("01|F|1"));
}

#[test]
fn objects_are_sparse() {
    let text = dataset(r#""status":{"1":"s"},"value":{"5":7,"0":3.0}"#);
    let rows: Vec<String> = table(text.as_bytes()).rows.iter().map(|row| row.join("|")).collect();
    assert_eq!(rows, ["01|F|3|", "01|M||s", "02|T|7|"]);
}

#[test]
fn one_status_is_that_of_all() {
    let text = format!("\u{feff}  {}", dataset(r#""value":{"5":7,"0":3},"status":"p""#));
    let (done, table) = outcome(text.as_bytes(), &Options::default()).unwrap();
    assert!(table.rows.iter().all(|row| row[3] == "p"));
    assert_eq!(done.bytes, text.len() as u64);
}

#[test]
fn one_category_may_have_no_index() {
    let text = r#"{"class":"dataset","id":["y"],"size":[1],
        "dimension":{"y":{"category":{"label":{"2024":"2024"}}}},"value":[5]}"#;
    assert_eq!(table(text.as_bytes()).rows, [["2024", "5"]]);
}

#[test]
fn what_does_not_fit_is_refused() {
    for rest in [
        r#""value":[1,2]"#,
        r#""value":{"6":1}"#,
        r#""value":{"0":1,"0":2}"#,
        r#""value":{"Zebulon":1}"#,
        r#""value":"Zebulon""#,
        r#""value":[1,2,3,4,5,[6]]"#,
        r#""value":[1,2,3,4,5,6],"status":["a"]"#,
        r#""value":[1,2,3,4,5,6],"value":[1,2,3,4,5,6]"#,
        r#""value":[1,2,3,4,5,6],"size":[2,3]"#,
        r#""value":[1,2,3,4,5,true]"#,
        r#""value":[1,2,3"#,
        r#""value":[1,2,3,4,5,6]} "Zebulon""#,
    ] {
        assert_eq!(fault(dataset(rest).as_bytes()).0, "JSON_STAT", "{rest}");
    }
    for text in [
        "{}",
        r#"{"class":"collection","link":{}}"#,
        r#"{"Zebulon":{"#,
        r#"{"class":"dataset","id":[],"size":[],"dimension":{},"value":[1]}"#,
        r#"{"class":"dataset","id":["a"],"size":[2],"dimension":{},"value":[1,2]}"#,
        r#"{"class":"dataset","id":["a"],"size":[2],"dimension":{"a":{"category":{"index":{"x":0,"y":2}}}},"value":[1,2]}"#,
        r#"{"class":"dataset","id":["a"],"size":[2],"dimension":{"a":{"category":{"index":["x","x"]}}},"value":[1,2]}"#,
        r#"{"class":"dataset","id":["a","b"],"size":[99999999999,99999999999],"dimension":{},"value":{"1":1}}"#,
    ] {
        assert_eq!(fault(text.as_bytes()).0, "JSON_STAT", "{text}");
    }
}

#[test]
fn limits_hold() {
    let text = dataset(r#""value":[1,2,3,4,5,"Zebulon"]"#);
    let code = |limits| error_with(text.as_bytes(), &limited(limits)).kind.code();
    assert_eq!(code(Limits { rows: 5, ..Limits::default() }), "TOO_MANY_ROWS");
    assert_eq!(code(Limits { columns: 2, ..Limits::default() }), "TOO_MANY_COLUMNS");
    assert_eq!(code(Limits { field_bytes: 6, ..Limits::default() }), "FIELD_TOO_LONG");
    assert_eq!(code(Limits { workbook_bytes: 100, ..Limits::default() }), "TOO_LARGE");
}

#[test]
fn depth_does_not_break_the_reader() {
    let text = format!("{{\"x\":{}", "[".repeat(1_000_000));
    assert_eq!(fault(text.as_bytes()).0, "JSON_STAT");
}
