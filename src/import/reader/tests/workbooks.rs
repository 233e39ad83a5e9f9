//! XLSX and ODS.

use super::{error_with, fault, outcome, table, zipped};
use crate::{Format, Limits, Options};

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/><sheet name="Two" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>01</t></si><si><t>Zebulon</t></si></sst>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// A workbook of Excel whose first sheet has these rows.
pub(super) fn xlsx(rows: &str) -> Vec<u8> {
    let second = sheet(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>other</t></is></c></row>"#);
    zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", STRINGS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet(rows).as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
    ])
}

/// A workbook of `OpenDocument` whose first sheet has these rows.
pub(super) fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="One"><table:table-column/>{rows}</table:table><table:table table:name="T&amp;wo"><table:table-row><table:table-cell office:value-type="string"><text:p>other</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

pub(super) fn header() -> String {
    format!(r#"<row r="1">{}{}{}</row>"#, cell("A1", " code "), cell("B1", "n"), cell("C1", "x"))
}

#[test]
fn xlsx_cells_become_canonical_text() {
    let rows = header()
        + r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>12</v></c><c r="C2"><v>0.30000000000000004</v></c></row>
        <row r="3"><c r="A3" t="b"><v>1</v></c><c r="C3" s="1"><v>45322</v></c></row>
        <row r="5"><c r="A5" s="2"><v>45322.5</v></c><c r="B5" s="3"><v>1.5</v></c><c r="C5" t="d"><v>2024-01-31</v></c></row>
        <row r="6"><c r="A6" s="1"/><c r="B6"/></row>
        <row r="7"><c r="A7"><v>1E20</v></c><c r="B7"><v>-1234567890123</v></c><c r="C7" t="e"><v>#N/A</v></c><c r="ZZ7" s="1"/></row>"#;
    let table = table(&xlsx(&rows));
    assert_eq!(table.format, Some(Format::Xlsx));
    assert_eq!(table.columns, ["code", "n", "x"]);
    assert_eq!(
        table.rows,
        [
            ["01", "12", "0.30000000000000004"],
            ["true", "", "2024-01-31"],
            ["2024-01-31T12:00:00", "PT36H00M00S", "2024-01-31"],
            ["1e20", "-1234567890123", "#N/A"],
        ]
    );
    assert_eq!(table.lines, [2, 3, 5, 7]);
}

const ODS_HEADER: &str = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>code</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p> n</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row>"#;

#[test]
fn ods_cells_become_canonical_text() {
    let rows = ODS_HEADER.to_owned()
        + r#"<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>01</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="12.0"><text:p>12,00</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>VRAI</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-01-31"><text:p>31/01/24</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="10"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>&amp;<text:span>b</text:span>&#233;</text:p><text:p>c</text:p></table:table-cell></table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="2" office:value-type="percentage" office:value="0.125"><text:p>12,5 %</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1000"/><table:table-cell table:number-columns-repeated="15000"/></table:table-row>"#;
    let table = table(&ods(&rows));
    assert_eq!(table.format, Some(Format::Ods));
    assert_eq!(table.columns, ["code", "n"]);
    assert_eq!(
        table.rows,
        [
            ["01", "12"],
            ["true", "2024-01-31"],
            ["true", "2024-01-31"],
            ["", "a   &bé\nc"],
            ["0.125", "0.125"]
        ]
    );
    assert_eq!(table.lines, [2, 3, 4, 15, 16]);
}

#[test]
fn a_sheet_can_be_named() {
    for (bytes, name) in [(xlsx(&header()), "Two"), (ods(ODS_HEADER), "T&wo")] {
        let of = |name: &str| Options { sheet: Some(name.to_owned()), ..Options::default() };
        assert_eq!(outcome(&bytes, &of(name)).unwrap().1.columns, ["other"]);
        assert_eq!(error_with(&bytes, &of("Three")).kind.code(), "WORKBOOK");
    }
}

#[test]
fn formulas_are_refused_by_place() {
    let row = |formula: &str| {
        format!(r#"{}<row r="12"><c r="A12"><v>1</v></c><c r="B12">{formula}</c></row>"#, header())
    };
    for formula in [
        "<f>SUM(A1:A2)</f><v>3</v>",
        "<f>\"Zebulon\"</f>",
        "<f/>",
        r#"<f t="shared" si="0"/><v>3</v>"#,
        r#"<f t="shared" si="4000000000" ref="B12:B13">A1</f><v>3</v>"#,
        r#"<f t="array" ref="B12">A1</f><v>3</v>"#,
    ] {
        let bytes = xlsx(&row(formula));
        assert_eq!(fault(&bytes), ("FORMULA", Some(12), Some(2)), "{formula}");
        assert!(super::error(&bytes).french().contains("ellule B12"));
    }
    let rows = ODS_HEADER.to_owned()
        + r#"<table:table-row><table:table-cell table:number-columns-repeated="27"/><table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/></table:table-row>"#;
    let bytes = ods(&rows);
    assert_eq!(fault(&bytes), ("FORMULA", Some(2), Some(28)));
    assert!(super::error(&bytes).english().contains("ell AB2"));
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let over = header() + &format!(r#"<row r="4">{}</row>"#, cell("D4", "Zebulon"));
    assert_eq!(fault(&xlsx(&over)), ("RAGGED_ROW", Some(4), None));
    let back = format!(r#"{}<row r="1">{}</row>"#, header(), cell("A1", "Zebulon"));
    assert_eq!(fault(&xlsx(&back)), ("WORKBOOK", Some(1), Some(1)));
    let gap = format!(r#"<row r="3">{}{}</row>"#, cell("A3", "a"), cell("C3", "Zebulon"));
    assert_eq!(fault(&xlsx(&gap)), ("NO_HEADER", Some(3), Some(2)));
    let twice = format!(r#"<row r="3">{}{}</row>"#, cell("A3", "Zebulon"), cell("B3", " Zebulon"));
    assert_eq!(fault(&xlsx(&twice)), ("DUPLICATE_COLUMN", Some(3), Some(2)));
    assert_eq!(fault(&xlsx("")).0, "EMPTY");
    assert_eq!(fault(&ods("")).0, "EMPTY");
    let long = header() + &format!(r#"<row r="4">{}</row>"#, cell("B4", &"Zebulon".repeat(10_000)));
    assert_eq!(fault(&xlsx(&long)), ("FIELD_TOO_LONG", Some(4), Some(2)));
}

#[test]
fn wide_sheets_are_refused() {
    let cells: String =
        (0..1_000).map(|column| cell(&crate::cell::place(column + 1, 1), "Zebulon")).collect();
    assert_eq!(fault(&xlsx(&format!(r#"<row r="1">{cells}</row>"#))), ("TOO_MANY_COLUMNS", Some(1), None));
    let repeated = r#"<table:table-row><table:table-cell table:number-columns-repeated="1000000000" office:value-type="float" office:value="1"/></table:table-row>"#;
    assert_eq!(fault(&ods(repeated)), ("TOO_MANY_COLUMNS", Some(1), None));
}

#[test]
fn repeated_rows_and_spaces_stay_within_limits() {
    let rows = ODS_HEADER.to_owned()
        + r#"<table:table-row table:number-rows-repeated="18446744073709551615"><table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/></table:table-row>"#;
    let few = Options { limits: Limits { rows: 1_000, ..Limits::default() }, sheet: None };
    assert_eq!(error_with(&ods(&rows), &few).kind.code(), "TOO_MANY_ROWS");
    let spaces = r#"<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    assert_eq!(fault(&ods(spaces)), ("FIELD_TOO_LONG", Some(1), Some(1)));
}

#[test]
fn broken_workbooks_are_refused() {
    for rows in [
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Zebulon"#,
        r#"<row r="1"><c r="A1" t="s"><v>99</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="Zebulon"><v>9</v></c></row>"#,
        r#"<row r="1"><c r="Zebulon" t="n"><v>9</v></c></row>"#,
        r#"<row r="1"><c r="AAAAAAAAAAAAAAAA99999999999999999999" t="n"><v>9</v></c></row>"#,
    ] {
        assert!(matches!(fault(&xlsx(rows)).0, "WORKBOOK" | "TOO_MANY_COLUMNS"), "{rows}");
    }
    for rows in [
        "<table:table-row><table:table-cell",
        "</table:table-row>",
        r#"<table:table-row><table:table-cell office:value-type="float" office:value="Zebulon"/></table:table-row>"#,
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>&Zebulon;</text:p></table:table-cell></table:table-row>"#,
    ] {
        assert_eq!(fault(&ods(rows)).0, "WORKBOOK", "{rows}");
    }
}

#[test]
fn other_documents_are_no_tables() {
    let word = zipped(&[("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", b"<x/>")]);
    assert_eq!(fault(&word).0, "NOT_A_TABLE");
    let text = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")]);
    assert_eq!(fault(&text).0, "NOT_A_TABLE");
}

/// The bytes of a sheet around its rows.
pub(super) fn frame() -> usize {
    sheet("").len()
}
