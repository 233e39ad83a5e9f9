//! The life of a study, told through the API alone: to whoever it is not for, it is as one that never was.

use entity::types::{Purpose, Role};
use serde_json::{Value, json};

use crate::support::app::{CALLERS, Caller, TestApp, own, who};

const fn caller(name: &'static str, partner: &'static str, roles: &'static [Role]) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose: Some(Purpose::NeedsAnalysis), client: None }
}

const AUTHOR: Caller = caller("author", "CCAS-DIJON", &[Role::Analyst]);
const CO_AUTHOR: Caller = caller("co-author", "CCAS-CHENOVE", &[Role::Referent]);
const READER: Caller = caller("reader", "COM-21166", &[Role::Reader]);
const ITS_REFERENT: Caller = caller("its referent", "COM-21166", &[Role::Referent]);
const PROVIDER: Caller = caller("provider", "CAF21", &[Role::Provider]);
const NEVER: &str = "ETUDE-999999";

fn act(app: &TestApp, by: &Caller, field: &str, input: &str) -> Value {
    let input = app.reading_over(field, input);
    let query = format!(
        "mutation {{ {field}(input: {{ {input} }}) {{ study {{ id reference status publishedOn }} userErrors {{ code message field }} }} }}"
    );
    app.ask(by, &query).data()[field].take()
}

fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

/// What a caller is told of a study, by reference and by identifier, and in lists.
fn told(app: &TestApp, by: &Caller, reference: &str, id: &str) -> Value {
    let query = format!(
        r#"{{ study(reference: "{reference}") {{ title summary citations {{ value }} }} node(id: "{id}") {{ id }} studies {{ totalCount nodes {{ reference }} }} }}"#
    );
    app.ask(by, &query).json()
}

/// The value of a figure as it is shown to anybody.
fn shown(app: &TestApp) -> f64 {
    let query =
        r#"{ territory(code: "21231") { observation(indicator: "REV03", period: "2021") { value } } }"#;
    app.ask(who("public"), query).data()["territory"]["observation"]["value"].as_f64().unwrap()
}

fn study(audience: &str, summary: &str, citations: &[(&str, &str, &str)]) -> String {
    let cited: Vec<String> = citations
        .iter()
        .map(|(indicator, territory, period)| {
            format!(r#"{{ indicator: "{indicator}", territory: "{territory}", period: "{period}" }}"#)
        })
        .collect();
    format!(
        r#"study: {{ kind: THEMATIC, title: "Pauvreté", summary: "{summary}", audience: {audience}, coAuthors: ["CCAS-CHENOVE"], territories: ["21231"], themes: [INCOME], citations: [{}] }}"#,
        cited.join(", ")
    )
}

#[test]
fn a_study_is_its_authors_then_the_signatories_and_then_nobodys() {
    for app in own("studies") {
        let other = app.another_instance();
        let value = shown(&app);
        let text = format!("Le taux est de {} % à Dijon.", value.to_string().replace('.', ","));
        let draft = study("SIGNATORIES", &text, &[("REV03", "21231", "2021")]);
        let never_signed = who("analyst who never signed");
        for by in [&READER, &PROVIDER, who("public"), never_signed, who("processor")] {
            let code = if by.name == never_signed.name { "NOT_SIGNED" } else { "UNKNOWN" };
            let refused = act(&app, by, "draftStudy", &draft);
            assert_eq!((codes(&refused), &refused["study"]), (vec![code], &Value::Null), "{}", by.name);
        }
        let untitled = draft.replace("Pauvreté", " ");
        assert_eq!(codes(&act(&app, &AUTHOR, "draftStudy", &untitled)), ["TITLE_MISSING"]);
        let long = draft.replace("Pauvreté", &"a".repeat(201));
        assert_eq!(codes(&act(&app, &AUTHOR, "draftStudy", &long)), ["TOO_LONG"]);
        let drafted = act(&app, &AUTHOR, "draftStudy", &draft);
        assert_eq!((codes(&drafted), &drafted["study"]["status"]), (vec![], &json!("DRAFT")));
        let reference = drafted["study"]["reference"].as_str().unwrap().to_owned();
        let id = drafted["study"]["id"].as_str().unwrap().to_owned();
        let this = format!(r#"reference: "{reference}""#);

        // Drafts and what was submitted are the authors' and the operator's.
        let hidden = |stage: &str| {
            for by in CALLERS.iter().chain([&READER, &PROVIDER]) {
                let theirs = by.name == "operator"
                    || (["CCAS-DIJON", "CCAS-CHENOVE"].contains(&by.partner.unwrap_or_default())
                        && by.roles.iter().any(|role| [Role::Analyst, Role::Referent].contains(role)));
                let (here, never) = (told(&other, by, &reference, &id), told(&other, by, NEVER, "AAAA"));
                if theirs {
                    assert!(here["data"]["study"]["title"].is_string(), "{stage}: {}", by.name);
                    continue;
                }
                assert_eq!(here["data"]["study"], Value::Null, "{stage}: {}", by.name);
                assert_eq!(here["data"]["node"], Value::Null, "{stage}: {}", by.name);
                assert_eq!(here["data"]["studies"], never["data"]["studies"], "{stage}: {}", by.name);
                for field in ["submitStudy", "publishStudy", "withdrawStudy"] {
                    let (mine, theirs) = (
                        act(&app, by, field, &this),
                        act(&app, by, field, &format!(r#"reference: "{NEVER}""#)),
                    );
                    assert_eq!(mine, theirs, "{stage}: {} {field}", by.name);
                }
            }
        };
        hidden("draft");
        assert_eq!(codes(&act(&app, &AUTHOR, "publishStudy", &this)), ["UNKNOWN"]);
        assert_eq!(codes(&act(&app, who("operator"), "publishStudy", &this)), ["STUDY_STATE"]);
        assert_eq!(codes(&act(&app, who("operator"), "submitStudy", &this)), ["UNKNOWN"]);
        let submitted = act(&app, &CO_AUTHOR, "submitStudy", &this);
        assert_eq!((codes(&submitted), &submitted["study"]["status"]), (vec![], &json!("SUBMITTED")));
        hidden("submitted");
        assert_eq!(codes(&act(&app, &AUTHOR, "submitStudy", &this)), ["STUDY_STATE"]);

        // What was submitted and is written anew is a draft again: the operator publishes what was read.
        let revised = act(&app, &AUTHOR, "updateStudy", &format!("{this}, {draft}"));
        assert_eq!(revised["study"]["status"], "DRAFT");
        assert_eq!(codes(&act(&app, who("operator"), "publishStudy", &this)), ["STUDY_STATE"]);
        act(&app, &AUTHOR, "submitStudy", &this);
        let published = act(&app, who("operator"), "publishStudy", &this);
        assert_eq!((codes(&published), &published["study"]["status"]), (vec![], &json!("PUBLISHED")));
        assert!(published["study"]["publishedOn"].is_string());
        let read = told(&other, &READER, &reference, &id);
        assert_eq!(read["data"]["study"]["citations"], json!([{ "value": value }]));
        for by in ["public", "analyst who never signed", "analyst who withdrew", "analyst without referent"] {
            assert_eq!(told(&other, who(by), &reference, &id)["data"]["study"], Value::Null, "{by}");
        }
        assert_eq!(codes(&act(&app, &AUTHOR, "updateStudy", &format!("{this}, {draft}"))), ["STUDY_STATE"]);

        // Whoever leaves the charter reads it no more, with the next request, in another instance too.
        let leave =
            r#"mutation { withdrawFromCharter(input: { partner: "COM-21166" }) { userErrors { code } } }"#;
        assert_eq!(app.ask(&ITS_REFERENT, leave).data()["withdrawFromCharter"]["userErrors"], json!([]));
        assert_eq!(told(&other, &READER, &reference, &id)["data"]["study"], Value::Null);

        let withdrawn = act(&app, &AUTHOR, "withdrawStudy", &this);
        assert_eq!((codes(&withdrawn), &withdrawn["study"]["status"]), (vec![], &json!("WITHDRAWN")));
        hidden("withdrawn");
        assert_eq!(codes(&act(&app, &AUTHOR, "withdrawStudy", &this)), ["STUDY_STATE"]);
    }
}

#[test]
fn a_study_of_several_partners_goes_on_whichever_of_them_drafts_it() {
    for app in own("studies_together") {
        // Partners of lower and of higher numbers than the one that drafts, territories and themes in any order.
        let draft = r#"study: { kind: THEMATIC, title: "Besoins", audience: SIGNATORIES, coAuthors: ["GRAND-DIJON", "COM-21231", "CCAS-TALANT"], studyGroup: [], territories: ["21166", "21003", "21231"], themes: [INCOME, DEMOGRAPHY], indicators: ["PRE03", "PRE01"] }"#;
        let drafted = act(&app, &AUTHOR, "draftStudy", draft);
        assert!(codes(&drafted).is_empty(), "{drafted}");
        let this = format!("reference: {}", drafted["study"]["reference"]);
        for (by, field) in
            [(&AUTHOR, "submitStudy"), (who("operator"), "publishStudy"), (&AUTHOR, "withdrawStudy")]
        {
            let done = act(&app, by, field, &this);
            assert!(codes(&done).is_empty(), "{field}: {done}");
        }
    }
}

#[test]
fn a_study_is_not_published_with_what_its_audience_may_not_read() {
    for app in own("studies_secrecy") {
        let value = shown(&app).to_string().replace('.', ",");
        let text = format!("Le taux est de {value} % à Dijon, pour 4 foyers en 2021.");
        let cited = [
            // Shown to everybody.
            ("REV03", "21231", "2021"),
            // Masked by its producer.
            ("REV03", "21003", "2021"),
            // Of signatories, in a study for the public.
            ("PRE01", "21231", "2025"),
            // Nobody has it.
            ("REV03", "21231", "2030"),
        ];
        let draft = |audience: &str, text: &str, cited: &[(&str, &str, &str)]| {
            let drafted = act(&app, &AUTHOR, "draftStudy", &study(audience, text, cited));
            let reference = drafted["study"]["reference"].as_str().unwrap_or_else(|| panic!("{drafted}"));
            let this = format!(r#"reference: "{reference}""#);
            assert_eq!(codes(&act(&app, &AUTHOR, "submitStudy", &this)), [""; 0]);
            this
        };
        let operator = who("operator");
        let this = draft("PUBLIC", &text, &cited);
        let refused = act(&app, operator, "publishStudy", &this);
        assert_eq!(
            codes(&refused),
            ["CITATION_WITHHELD", "CITATION_WITHHELD", "CITATION_WITHHELD", "NUMBER_UNSUPPORTED"]
        );
        let messages: Vec<&str> = refused["userErrors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["message"].as_str().unwrap())
            .collect();
        for (message, says) in messages.iter().zip([
            "REV03 · 21003 Ahuy · 2021 (Secret statistique)",
            "PRE01 · 21231 Dijon · 2025 (Hors de votre périmètre)",
            "REV03 · 21231 Dijon · 2030 (Non collecté)",
            ": 4.",
        ]) {
            assert!(message.contains(says), "{message}");
        }
        // Below the commune a signatory reads its own territories alone.
        let this = draft("SIGNATORIES", "Sans nombre", &[("PRE01", "21231X004", "2025")]);
        assert_eq!(codes(&act(&app, operator, "publishStudy", &this)), ["CITATION_WITHHELD"]);
        // The numbers of the text are accepted one by one, as they are written.
        let this = draft("SIGNATORIES", &text, &[("REV03", "21231", "2021")]);
        let some = format!(r#"{this}, acceptedNumbers: ["2021", "40"]"#);
        assert_eq!(codes(&act(&app, operator, "publishStudy", &some)), ["NUMBER_UNSUPPORTED"]);
        let all = format!(r#"{this}, acceptedNumbers: ["4"]"#);
        assert_eq!(codes(&act(&app, operator, "publishStudy", &all)), [""; 0]);
    }
}

#[test]
fn what_is_published_is_what_was_checked_whoever_writes_meanwhile() {
    for app in own("studies_race") {
        for _ in 0..25 {
            let drafted = act(&app, &AUTHOR, "draftStudy", &study("SIGNATORIES", "Sans nombre", &[]));
            let this = format!("reference: {}", drafted["study"]["reference"]);
            act(&app, &AUTHOR, "submitStudy", &this);
            let written = study("SIGNATORIES", "On y compte 12 345 foyers", &[]);
            let rewrite = format!(
                "mutation {{ updateStudy(input: {{ {this}, {written} }}) {{ study {{ id }} }} submitStudy(input: {{ {this} }}) {{ study {{ id }} }} }}"
            );
            std::thread::scope(|threads| {
                threads.spawn(|| app.ask(&AUTHOR, &rewrite));
                threads.spawn(|| act(&app, who("operator"), "publishStudy", &this));
            });
            let query = format!("{{ study({this}) {{ status summary }} }}");
            let study = app.ask(who("operator"), &query).data()["study"].take();
            let unchecked = study["summary"] != "Sans nombre";
            assert!(study["status"] != "PUBLISHED" || !unchecked, "{study}");
        }
    }
}

#[test]
fn a_study_group_reads_what_is_submitted_once_the_operator_has_read_that_version() {
    for app in own("study_group") {
        let value = shown(&app).to_string().replace('.', ",");
        let with_group = |summary: &str| {
            let study = study("SIGNATORIES", summary, &[("REV03", "21231", "2021")]);
            study.replace("territories:", r#"studyGroup: ["COM-21166", "CCAS-CHENOVE"], territories:"#)
        };
        let drafted = act(
            &app,
            &AUTHOR,
            "draftStudy",
            &with_group(&format!("Le taux est de {value} %, soit 743 foyers.")),
        );
        let reference = drafted["study"]["reference"].as_str().unwrap().to_owned();
        let id = drafted["study"]["id"].as_str().unwrap().to_owned();
        let this = format!(r#"reference: "{reference}""#);
        let members = [&ITS_REFERENT, who("analyst with an unmasked grant")];
        let reads = |by: &Caller| told(&app, by, &reference, &id)["data"]["study"]["title"].is_string();
        let operator = who("operator");
        assert_eq!(codes(&act(&app, &AUTHOR, "submitStudy", &this)), ["REVIEW_MISSING"]);
        assert_eq!(codes(&act(&app, operator, "reviewStudy", &this)), ["NUMBER_UNSUPPORTED"]);
        assert!(members.iter().all(|by| !reads(by)), "a draft is its authors'");
        let all = format!(r#"{this}, acceptedNumbers: ["743"]"#);
        assert_eq!(codes(&act(&app, operator, "reviewStudy", &all)), [""; 0]);
        let mended = with_group(&format!("Le taux est de {value} %."));
        act(&app, &AUTHOR, "updateStudy", &format!("{this}, {mended}"));
        assert_eq!(codes(&act(&app, &AUTHOR, "submitStudy", &this)), ["REVIEW_MISSING"], "another version");
        let stale = format!(r#"{this}, version: "0123456789abcdef""#);
        assert_eq!(codes(&act(&app, operator, "reviewStudy", &stale)), ["STUDY_CHANGED"]);
        assert_eq!(codes(&act(&app, operator, "reviewStudy", &this)), [""; 0]);
        assert_eq!(codes(&act(&app, &AUTHOR, "reviewStudy", &this)), ["UNKNOWN"], "not their own");
        let submitted = act(&app, &AUTHOR, "submitStudy", &this);
        assert_eq!((codes(&submitted), &submitted["study"]["status"]), (vec![], &json!("SUBMITTED")));
        assert!(members.iter().all(|by| reads(by)));
        let group = r#"{ study(reference: "REF") { studyGroup { code } authors { code } } }"#;
        let named = app.ask(&ITS_REFERENT, &group.replace("REF", &reference)).data()["study"].take();
        assert_eq!(named["studyGroup"], json!([{ "code": "COM-21166" }]), "an author is in no group");
        let dashboard = Caller { client: Some("dashboard"), ..*who("analyst with an unmasked grant") };
        for by in [&READER, &PROVIDER, &dashboard, who("public"), who("third-party dashboard")] {
            assert!(!reads(by), "{}", by.name);
        }
        for field in ["submitStudy", "publishStudy", "withdrawStudy"] {
            assert_eq!(codes(&act(&app, &ITS_REFERENT, field, &this)), ["UNKNOWN"], "{field}");
        }
        let alone = study("SIGNATORIES", "Rien.", &[]);
        act(&app, &AUTHOR, "updateStudy", &format!("{this}, {alone}"));
        act(&app, operator, "reviewStudy", &this);
        act(&app, &AUTHOR, "submitStudy", &this);
        assert!(members.iter().all(|by| !reads(by)), "out of the group");
    }
}

#[test]
fn a_study_of_granted_figures_is_for_whoever_has_a_right_to_each_of_them() {
    for app in own("study_grantees") {
        let cited = |territory: &str| {
            format!(
                r#"study: {{ kind: THEMATIC, title: "Complémentaire santé", audience: GRANTEES, citations: [{{ indicator: "SAN01", territory: "{territory}", period: "2024" }}] }}"#
            )
        };
        // The Cpam granted Chenôve its own commune, and Dijon its IRIS.
        let granted = caller("granted", "CCAS-CHENOVE", &[Role::Analyst]);
        let aimless = Caller { purpose: None, ..granted };
        let its_reader = caller("its reader", "CCAS-DIJON", &[Role::Reader]);
        for (territory, who_reads) in [("21231X001", [false, false]), ("21166", [true, false])] {
            let drafted = act(&app, &AUTHOR, "draftStudy", &cited(territory));
            let reference = drafted["study"]["reference"].as_str().unwrap().to_owned();
            let id = drafted["study"]["id"].as_str().unwrap().to_owned();
            let this = format!(r#"reference: "{reference}""#);
            assert_eq!(codes(&act(&app, &AUTHOR, "submitStudy", &this)), [""; 0]);
            // One that cites what only some grantees may read is published to those.
            act(&app, who("operator"), "publishStudy", &this);
            let status = app.ask(who("operator"), &format!("{{ study({this}) {{ status }} }}")).data();
            if status["study"]["status"] != "PUBLISHED" {
                continue;
            }
            let reads = |by: &Caller| told(&app, by, &reference, &id)["data"]["study"]["title"].is_string();
            assert_eq!([&granted, &aimless].map(reads), who_reads, "{territory}");
            assert!(!reads(&its_reader), "{territory}");
            assert_eq!(
                told(&app, &its_reader, &reference, &id)["data"]["study"],
                told(&app, &its_reader, NEVER, &id)["data"]["study"]
            );
        }
    }
}

#[test]
fn a_refused_citation_tells_nobody_more_than_a_figure_does() {
    for app in own("study_oracle") {
        // Masks of a source that this author has no grant for.
        let without_grant = caller("without grant", "COM-21540", &[Role::Analyst]);
        let communes = ["21166", "21171", "21278", "21315", "21355", "21473", "21515", "21540"];
        let cited: Vec<String> = communes
            .iter()
            .map(|code| format!(r#"{{ indicator: "SAN04", territory: "{code}", period: "2024" }}"#))
            .collect();
        let study = format!(
            r#"study: {{ kind: THEMATIC, title: "Affections", audience: GRANTEES, studyGroup: ["CCAS-CHENOVE"], citations: [{}] }}"#,
            cited.join(", ")
        );
        let drafted = act(&app, &without_grant, "draftStudy", &study);
        let this = format!("reference: {}", drafted["study"]["reference"]);
        let refused = act(&app, &without_grant, "submitStudy", &this);
        let messages = refused["userErrors"].as_array().unwrap();
        assert_eq!(messages.len(), communes.len(), "{refused}");
        for (message, code) in messages.iter().zip(communes) {
            let query = format!(
                r#"{{ territory(code: "{code}") {{ observation(indicator: "SAN04", period: "2024") {{ withheld }} }} }}"#
            );
            let told = app.ask(&without_grant, &query).data()["territory"]["observation"]["withheld"].take();
            let said = message["message"].as_str().unwrap();
            let why = match told.as_str().unwrap() {
                "NO_AGREEMENT" => "(Ni convention ni accord)",
                "OUT_OF_SCOPE" => "(Hors de votre périmètre)",
                other => panic!("{code}: {other}"),
            };
            assert!(said.contains(why), "{code}: {said} for {told}");
            assert!(!said.contains("Secret"), "{said}");
        }
    }
}
