//! What no text may hold, and how texts are written.

use std::collections::BTreeSet;

use super::{Fault, fixture::World};
use crate::{
    import::{
        Checked, IssueCode, Mapping,
        issue::{Along, CarryFault, Detail, Fact, Issue, MappingFault},
    },
    language::Language,
};

const SECRET: [&str; 3] = ["57", "34567", "7654321"];

/// Everything that is ever told of a delivery.
fn told(checked: &Checked) -> Result<String, Fault> {
    let mut all = vec![serde_json::to_string(&checked.issues)?, format!("{:?}", checked.issues)];
    for issue in checked.issues.iter() {
        all.extend([issue.french(), issue.english()]);
    }
    Ok(all.join("\n"))
}

#[test]
fn no_value_is_told_wherever_it_stands() -> Result<(), Fault> {
    let world = World::new()?;
    let mapping = Mapping::own_words("CAF-ALLOC", 2024);
    for secret in SECRET {
        let rows = [
            // In its place, with everything wrong around it.
            format!("99999;2024;PRE01;{secret}"),
            format!("21231;2023;PRE99;{secret};VIEUX;{secret};900"),
            format!("21231;2024;PRE01;{secret} foyers"),
            format!("21231;2024;PRE01;-{secret}"),
            format!("21231;2024;PRE01;-{secret}"),
            format!("21231;2024;PRE03;{secret},5;;{secret}9;{secret}"),
            format!("21231;2024;PRE01;9;{secret} foyers"),
            format!("{secret} foyers;{secret} €;{secret}%;9"),
            // Shifted and swapped columns.
            format!("{secret};21231;2024;PRE01"),
            format!("{secret};2024;PRE01;21231"),
            format!("21231;{secret};PRE01;2024"),
            format!("21231;2024;{secret};PRE01"),
            format!("21231;2024;PRE01;PRE01;{secret}"),
            format!("21231;2024;PRE01;AGE;MOINS_25;{secret} x;{secret} x"),
        ];
        let header = "territory;period;indicator;value;AGE;contributors;largest";
        let checked = world.check(&mapping, Some(2024), &format!("{header}\n{}", rows.join("\n")));
        assert!(checked.issues.has_errors());
        assert!(!told(&checked)?.contains(secret), "{}", told(&checked)?);
        // A file without a header: its first row is taken for one.
        let headless = format!("21231;2024;PRE01;{secret}\n{}", rows.join("\n"));
        let checked = world.check(&mapping, Some(2024), &headless);
        assert!(!told(&checked)?.contains(secret), "{}", told(&checked)?);
        let named = format!("{header}\nDurand;Durand;Durand;{secret};Durand\n{secret};Durand;PRE01;Durand");
        assert!(!told(&world.check(&mapping, Some(2024), &named))?.contains("Durand"));
        let headless = format!("Durand;2024;PRE01;{secret}\n21231;2024;PRE01;{secret}");
        let checked = world.check(&mapping, Some(2024), &headless);
        assert!(
            delivery_reader::value(secret).is_err() || !told(&checked)?.contains("Durand"),
            "{}",
            told(&checked)?
        );
        let wider = format!("{header};{secret};NOTE\n21231;2024;PRE01;{secret}");
        assert!(!told(&world.check(&mapping, Some(2024), &wider))?.contains(secret));
    }
    Ok(())
}

fn every_detail() -> Vec<Detail> {
    let names = || vec!["PRE01".to_owned(), "PRE03".to_owned()];
    let mut details = vec![
        Detail::None,
        Detail::Unknown { name: Some("PRE1".to_owned()), nearest: names(), more: false },
        Detail::Vintage { asked: 2024, exists: vec![2019, 2020] },
        Detail::Vintage { asked: 2024, exists: Vec::new() },
        Detail::Premasked,
        Detail::Year { release: 2024 },
        Detail::First { line: 2 },
        Detail::Whole { indicator: "PRE01".to_owned() },
        Detail::Cells { cells: 3 },
        Detail::Cut { neighbourhood: "QN21X001".to_owned(), cells: 3 },
        Detail::Finest { level: "COMMUNE" },
        Detail::Source { code: "CAF-ALLOC".to_owned() },
        Detail::Names { names: names() },
        Detail::Fact { fact: Fact::Contributors },
        Detail::Fact { fact: Fact::LargestShare },
    ];
    details.extend(
        [Along::Territories, Along::Categories, Along::Periods, Along::Parts].map(|along| Detail::Sum {
            along,
            dimension: None,
            cells: 3,
        }),
    );
    details.push(Detail::Sum { along: Along::Categories, dimension: Some("SEXE".to_owned()), cells: 3 });
    details.extend(
        [CarryFault::Rate, CarryFault::Split, CarryFault::Incomplete]
            .map(|why| Detail::Carried { why, cells: 3 }),
    );
    details.extend(
        [
            MappingFault::Period,
            MappingFault::Indicator,
            MappingFault::Value,
            MappingFault::Wide,
            MappingFault::Long,
            MappingFault::CarryTo,
            MappingFault::Generation,
            MappingFault::ColumnTwice,
        ]
        .map(|fault| Detail::Mapping { fault }),
    );
    details
}

#[test]
fn every_code_and_detail_has_a_sentence_of_its_own_in_both_languages() {
    for language in [Language::French, Language::English] {
        let sentences: BTreeSet<String> =
            IssueCode::ALL.iter().map(|code| Issue::new(*code, Detail::None).message(language)).collect();
        assert_eq!(sentences.len(), IssueCode::ALL.len());
        let details = every_detail();
        let hints: BTreeSet<String> = details
            .iter()
            .map(|detail| Issue::new(IssueCode::NoRows, detail.clone()).message(language))
            .collect();
        assert_eq!(hints.len(), details.len());
        assert!(hints.iter().chain(&sentences).all(|text| text.ends_with('.')));
    }
}

#[test]
fn french_keeps_its_spaces_and_apostrophes() {
    let texts = IssueCode::ALL.iter().flat_map(|code| {
        every_detail().into_iter().map(|detail| Issue::new(*code, detail).at(12).within("VALEUR").french())
    });
    for text in texts {
        assert!(!text.contains('\''), "{text}");
        let letters: Vec<char> = text.chars().collect();
        for pair in letters.windows(2) {
            let [before, after] = pair else { continue };
            let high = [':', ';', '?', '!', '»'].contains(after);
            assert!(!high || *before == '\u{a0}', "{text}");
            assert!(*before != '«' || *after == '\u{a0}', "{text}");
        }
    }
}

#[test]
fn a_sentence_says_where_what_and_what_helps() {
    let unknown =
        |more| Detail::Unknown { name: Some("PRE1".to_owned()), nearest: vec!["PRE01".to_owned()], more };
    let open = Issue::new(IssueCode::UnknownSource, unknown(true));
    assert!(open.english().ends_with("There is: “PRE01”, …"), "{}", open.english());
    let detail = unknown(false);
    let issue = Issue::new(IssueCode::UnknownIndicator, detail).at(12).within("INDICATEUR");
    assert_eq!(
        issue.french(),
        "ligne 12, colonne «\u{a0}INDICATEUR\u{a0}»\u{a0}: aucun indicateur ne porte ce code. \
         Lu\u{a0}: «\u{a0}PRE1\u{a0}». Existe\u{a0}: «\u{a0}PRE01\u{a0}»."
    );
    assert_eq!(
        issue.english(),
        "line 12, column “INDICATEUR”: no indicator has this code. Read: “PRE1”. There is: “PRE01”."
    );
}
