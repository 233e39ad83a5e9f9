//! The programme of studies: who plans, what rules ask for, what is late, and that it tells nobody of a hidden study.

use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{Caller, TestApp, own, who};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::NeedsAnalysis), client: None }
}

const ANALYST: Caller = caller("author", "CCAS-CHENOVE", &[Role::Analyst]);
const REFERENT: Caller = caller("its referent", "CCAS-CHENOVE", &[Role::Referent]);
const ELSEWHERE: Caller = caller("analyst elsewhere", "CCAS-DIJON", &[Role::Analyst]);
const REFERENT_ELSEWHERE: Caller = caller("referent elsewhere", "CCAS-DIJON", &[Role::Referent]);
const READER: Caller = caller("reader", "COM-21166", &[Role::Reader]);

fn act(app: &TestApp, by: &Caller, field: &str, input: &str) -> Value {
    let query = format!(
        "mutation {{ {field}(input: {{ {input} }}) {{ plannedStudy {{ reference state dueOn study {{ reference }} }} userErrors {{ code }} }} }}"
    );
    app.ask(by, &query).data()[field].take()
}

fn code(payload: &Value) -> Option<&str> {
    payload["userErrors"][0]["code"].as_str()
}

fn entry(app: &TestApp, by: &Caller, reference: &str) -> Value {
    let query = "{ programme(first: 100) { nodes { reference title required state dueOn study { reference } dropReason } } }";
    let data = app.ask(by, query).data();
    let mut nodes = data["programme"]["nodes"].as_array().unwrap().clone().into_iter();
    nodes.find(|node| node["reference"] == reference).unwrap_or_default()
}

/// Writes, submits and publishes a study, as far as asked.
fn study(app: &TestApp, kind: &str, steps: usize) -> String {
    let query = format!(
        r#"mutation {{ draftStudy(input: {{ study: {{ kind: {kind}, title: "Besoins", audience: SIGNATORIES }} }}) {{ study {{ reference }} }} }}"#
    );
    let reference = app.ask(&ANALYST, &query).data()["draftStudy"]["study"]["reference"].take();
    for (by, field) in [(&ANALYST, "submitStudy"), (who("operator"), "publishStudy")].into_iter().take(steps)
    {
        step(app, by, field, reference.as_str().unwrap());
    }
    reference.as_str().unwrap().to_owned()
}

fn step(app: &TestApp, by: &Caller, field: &str, reference: &str) {
    let input = app.reading_over(field, &format!(r#"reference: "{reference}""#));
    let query = format!(r#"mutation {{ {field}(input: {{ {input} }}) {{ userErrors {{ code }} }} }}"#);
    assert_eq!(app.ask(by, &query).data()[field]["userErrors"], json!([]), "{field}");
}

#[test]
fn studies_are_planned_begun_moved_and_dropped_by_whoever_leads_them() {
    for app in own("programme") {
        let plan = r#"kind: THEMATIC, title: "Isolement", leader: "CCAS-CHENOVE", dueOn: "2026-11-23""#;
        for by in [&ANALYST, &REFERENT_ELSEWHERE, &READER, who("provider"), who("analyst who never signed")] {
            assert_eq!(code(&act(&app, by, "planStudy", plan)), Some("UNKNOWN"), "{}", by.name);
        }
        let past = plan.replace("2026-11-23", "2026-11-22");
        assert_eq!(code(&act(&app, &REFERENT, "planStudy", &past)), Some("DAY_PAST"));
        let untitled = plan.replace("Isolement", " ");
        assert_eq!(code(&act(&app, &REFERENT, "planStudy", &untitled)), Some("TITLE_MISSING"));
        let planned = act(&app, &REFERENT, "planStudy", plan)["plannedStudy"].take();
        assert_eq!(planned["state"], "PLANNED");
        let reference = planned["reference"].as_str().unwrap().to_owned();
        let this = format!(r#"reference: "{reference}""#);
        for by in [&READER, &ELSEWHERE, who("operator")] {
            assert_eq!(entry(&app, by, &reference)["title"], "Isolement", "{}", by.name);
        }
        for by in [who("public"), who("provider"), who("analyst who withdrew"), who("third-party dashboard")]
        {
            assert_eq!(entry(&app, by, &reference), Value::Null, "{}", by.name);
        }

        // What it became shows to whoever that study exists for, and to nobody else.
        let draft = study(&app, "THEMATIC", 0);
        let link = format!(r#"{this}, study: "{draft}""#);
        for by in [&ELSEWHERE, &READER, who("operator")] {
            assert_eq!(code(&act(&app, by, "linkPlannedStudy", &link)), Some("UNKNOWN"), "{}", by.name);
        }
        let other_kind = format!(r#"{this}, study: "{}""#, study(&app, "NEEDS_ANALYSIS", 0));
        assert_eq!(code(&act(&app, &ANALYST, "linkPlannedStudy", &other_kind)), Some("STUDY_UNFIT"));
        assert_eq!(act(&app, &ANALYST, "linkPlannedStudy", &link)["plannedStudy"]["state"], "UNDERWAY");
        assert_eq!(entry(&app, who("operator"), &reference)["study"]["reference"], json!(draft));
        let hidden = entry(&app, &ELSEWHERE, &reference);
        assert_eq!((&hidden["state"], &hidden["study"]), (&json!("PLANNED"), &Value::Null));
        step(&app, &ANALYST, "submitStudy", &draft);
        assert_eq!(entry(&app, &ELSEWHERE, &reference)["state"], "PLANNED");
        step(&app, who("operator"), "publishStudy", &draft);
        let done = entry(&app, &ELSEWHERE, &reference);
        assert_eq!((&done["state"], &done["study"]["reference"]), (&json!("DONE"), &json!(draft)));
        let later = format!(r#"{this}, dueOn: "2027-02-01""#);
        assert_eq!(code(&act(&app, &REFERENT, "reschedulePlannedStudy", &later)), Some("PLANNED_STUDY_OVER"));
        step(&app, &ANALYST, "withdrawStudy", &draft);
        assert_eq!(entry(&app, &ELSEWHERE, &reference)["state"], "PLANNED");

        assert_eq!(code(&act(&app, &REFERENT_ELSEWHERE, "reschedulePlannedStudy", &later)), Some("UNKNOWN"));
        assert_eq!(
            act(&app, &REFERENT, "reschedulePlannedStudy", &later)["plannedStudy"]["dueOn"],
            "2027-02-01"
        );
        let drop = |reason: &str| format!(r#"{this}, reason: "{reason}""#);
        assert_eq!(code(&act(&app, &REFERENT, "dropPlannedStudy", &drop(" "))), Some("REASON_MISSING"));
        assert_eq!(code(&act(&app, &ANALYST, "dropPlannedStudy", &drop("trop tard"))), Some("UNKNOWN"));
        assert_eq!(
            act(&app, who("operator"), "dropPlannedStudy", &drop("budget"))["plannedStudy"]["state"],
            "DROPPED"
        );
        assert_eq!(entry(&app, &READER, &reference)["dropReason"], "budget");
        assert_eq!(
            code(&act(&app, &REFERENT, "dropPlannedStudy", &drop("encore"))),
            Some("PLANNED_STUDY_OVER")
        );
    }
}

#[test]
fn what_rules_ask_for_is_in_the_programme_without_being_planned() {
    for app in own("programme_owed") {
        let owed = "NEEDS_ANALYSIS-2027-CCAS-CHENOVE";
        let found = entry(&app, &READER, owed);
        assert_eq!(
            json!([found["required"], found["state"], found["dueOn"], found["title"]]),
            json!([true, "PLANNED", "2027-12-31", "Analyse des besoins sociaux (art. R.123-1 du CASF)"])
        );
        let evaluation = entry(&app, who("operator"), "URBAN_POLICY_EVALUATION-2026-GRAND-DIJON");
        assert_eq!((&evaluation["required"], &evaluation["dueOn"]), (&json!(true), &json!("2026-12-31")));
        let published = study(&app, "NEEDS_ANALYSIS", 1);
        assert_eq!(entry(&app, &READER, owed)["state"], "PLANNED", "a study that is theirs alone");
        assert_eq!(entry(&app, &ANALYST, owed)["state"], "UNDERWAY");
        step(&app, who("operator"), "publishStudy", &published);
        let done = entry(&app, &READER, owed);
        assert_eq!((&done["state"], &done["study"]["reference"]), (&json!("DONE"), &json!(published)));
        // Whoever plans it takes its place; later than the rule says, it does not.
        let plan = |due_on: &str| {
            let input =
                format!(r#"kind: NEEDS_ANALYSIS, title: "ABS", leader: "CCAS-CHENOVE", dueOn: "{due_on}""#);
            assert_eq!(code(&act(&app, &REFERENT, "planStudy", &input)), None);
        };
        plan("2028-06-30");
        assert_eq!(entry(&app, &READER, owed)["required"], true);
        plan("2027-06-30");
        assert_eq!(entry(&app, &READER, owed), Value::Null);
        // It is required all the same, and has become what it became.
        let planned = "{ programme(filter: { leader: \"CCAS-CHENOVE\", year: 2027 }) { nodes { required state study { reference } } } }";
        assert_eq!(
            app.ask(&READER, planned).data()["programme"]["nodes"],
            json!([{ "required": true, "state": "DONE", "study": { "reference": published } }])
        );
    }
}

#[test]
fn what_is_owed_is_a_study_of_ones_own_and_neither_a_complement_nor_somebody_elses() {
    for app in own("programme_own") {
        let stands = |by: &Caller, owed: &str| {
            let found = entry(&app, by, owed);
            json!([found["required"], found["state"], found["study"]["reference"]])
        };
        let operator = who("operator");
        // The complement that the centre of Longvic has submitted is not its analysis of needs.
        assert_eq!(stands(operator, "NEEDS_ANALYSIS-2027-CCAS-LONGVIC"), json!([true, "PLANNED", null]));
        assert_eq!(
            stands(operator, "URBAN_POLICY_EVALUATION-2026-GRAND-DIJON"),
            json!([true, "UNDERWAY", "EPV-2026-GRAND-DIJON"])
        );
        let draft = r#"mutation { draftStudy(input: { study: { kind: NEEDS_ANALYSIS, title: "Besoins", audience: SIGNATORIES, coAuthors: ["CCAS-CHENOVE"] } }) { userErrors { code } } }"#;
        assert_eq!(app.ask(&ELSEWHERE, draft).data()["draftStudy"]["userErrors"], json!([]));
        assert_eq!(
            stands(&ANALYST, "NEEDS_ANALYSIS-2027-CCAS-CHENOVE"),
            json!([true, "PLANNED", null]),
            "a co-author owes its own"
        );
        let dijon = "NEEDS_ANALYSIS-2027-CCAS-DIJON";
        let underway = json!([true, "UNDERWAY", "ABS-2027-CCAS-DIJON"]);
        assert_eq!(stands(&ELSEWHERE, dijon), underway);
        assert_eq!(stands(&READER, dijon), json!([true, "PLANNED", null]), "a draft is theirs alone");
        let plan = |title: &str| {
            let input = format!(
                r#"kind: NEEDS_ANALYSIS, title: "{title}", leader: "CCAS-DIJON", dueOn: "2027-12-31""#
            );
            let planned = act(&app, &REFERENT_ELSEWHERE, "planStudy", &input)["plannedStudy"].take();
            planned["reference"].as_str().unwrap().to_owned()
        };
        let complement = plan("ABS, complément : les jeunes");
        assert_eq!(stands(&ELSEWHERE, dijon), underway, "what is planned beside it hides nothing");
        assert_eq!(stands(&ELSEWHERE, &complement), json!([false, "PLANNED", null]));
        let planned = plan("ABS 2027");
        assert_eq!(stands(&ELSEWHERE, &planned), underway);
        assert_eq!(stands(&READER, &planned), json!([true, "PLANNED", null]));
        assert_eq!(entry(&app, &ELSEWHERE, dijon), Value::Null);
    }
}
