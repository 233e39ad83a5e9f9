//! A profile as a page of its own: no script, no font, no picture from elsewhere; it prints on A4.

use std::fmt::Write;

use super::{Compared, Comparison, Line, Profile, printed, printed_derived, reason, spark};
use crate::{
    language::Language,
    present::{Names, draw::svg::escaped, notes, words},
    store::Told,
};

const STYLE: &str = "
:root { color: #1f2328; font: 16px/1.45 Marianne, 'Source Sans 3', Arial, Helvetica, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; border-bottom: 2px solid #0068a8; }
.stamp, .notes, small { color: #4d535b; font-size: .82rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid #d5d9de; text-align: right; vertical-align: top; }
th[scope=row], thead th:first-child { text-align: left; font-weight: 400; min-width: 14rem; }
thead th { font-size: .85rem; font-weight: 600; vertical-align: bottom; }
td b { font-weight: 600; }
td small, th small { display: block; }
.CATCHING { color: #00735a; } .FALLING { color: #b33a00; }
@page { size: A4; margin: 14mm; }
@media print {
  :root { font-size: 10.5px; }
  body { margin: 0; max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
}
";

impl Profile {
    /// The profile as a page; `stamp` says for whom and when it was made.
    #[must_use]
    pub fn html(&self, names: Names<'_>, stamp: &str) -> String {
        let language = names.language;
        let title = escaped(&self.title(names));
        let mut page = format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"stamp\">{}</p>\n",
            language.tag(),
            escaped(stamp),
        );
        for section in &self.sections {
            let heading = escaped(section.title.in_language(language));
            let _ = writeln!(page, "<h2>{heading}</h2>\n<div class=\"wide\"><table>");
            self.head(&mut page, names);
            page.push_str("<tbody>\n");
            for line in &section.lines {
                row(&mut page, line, self.has_ranks(), names);
            }
            page.push_str("</tbody>\n</table></div>\n");
        }
        let _ = writeln!(
            page,
            "<h2>{}</h2>\n<ul class=\"notes\">",
            language.pick("Notes et sources", "Notes and sources")
        );
        let source = language.pick("Source\u{a0}: ", "Source: ");
        let sources = self.sources(names).into_iter().filter_map(|id| names.catalogue.source(id));
        let sources = sources.map(|found| format!("{source}{}", found.label.in_language(language)));
        for note in self.notes(names).into_iter().chain(sources) {
            let _ = writeln!(page, "<li>{}</li>", escaped(&note));
        }
        page.push_str("</ul>\n</body>\n</html>\n");
        page
    }

    fn head(&self, page: &mut String, names: Names<'_>) {
        let language = names.language;
        let territory = names.territory(self.territory_id).map(|header| header.label).unwrap_or_default();
        let _ = write!(
            page,
            "<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
            language.pick("Indicateur", "Indicator"),
            escaped(&territory),
            language.pick("Évolution", "Change"),
        );
        for header in self.comparators.iter().filter_map(|id| names.territory(*id)) {
            let _ = write!(page, "<th scope=\"col\">{}</th>", escaped(&header.label));
        }
        if self.has_ranks() {
            let _ = write!(page, "<th scope=\"col\">{}</th>", language.pick("Rang", "Rank"));
        }
        page.push_str("</tr></thead>\n");
    }
}

fn row(page: &mut String, line: &Line, with_rank: bool, names: Names<'_>) {
    let language = names.language;
    let period = words::period(line.told.key.period, language);
    let _ = write!(
        page,
        "<tr><th scope=\"row\">{}<small>{}</small></th><td{}><b>{}</b>{}</td><td>{}{}</td>",
        escaped(&line.label(names)),
        escaped(&period),
        why(&line.told, names),
        escaped(&printed(&line.told, names)),
        small(reason(&line.told, names)),
        spark::drawing(line.series.told(), &line.breaks(names)),
        small(&change(line, names)),
    );
    for comparison in &line.comparisons {
        let (text, class) = beside(comparison, names);
        let text = if text.is_empty() {
            text
        } else {
            format!("<small class=\"{class}\">{}</small>", escaped(&text))
        };
        let why = why(&comparison.told, names);
        let _ = write!(page, "<td{why}>{}{text}</td>", escaped(&printed(&comparison.told, names)));
    }
    if with_rank {
        let _ = write!(page, "<td>{}</td>", escaped(&rank(line, names)));
    }
    page.push_str("</tr>\n");
}

/// Why a figure is not shown, for whoever points at its sign.
fn why(told: &Told, names: Names<'_>) -> String {
    let note = told.disclosed.withheld().map(|reason| notes::note(reason, names.language));
    note.map_or_else(String::new, |note| format!(" title=\"{}\"", escaped(note)))
}

fn small(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<small>{}</small>", escaped(text)) }
}

/// The change since a period, in words.
pub(super) fn change(line: &Line, names: Names<'_>) -> String {
    let (Some(change), Some(since)) = (&line.change, line.since()) else { return String::new() };
    // The sign stands where the figures do.
    if change.disclosed.value().is_none() {
        return String::new();
    }
    let since = words::period(since, names.language);
    let text = printed_derived(change, &line.told, true, names);
    let broken = change.across_break;
    match names.language {
        Language::French if broken => format!("{text} depuis {since}, rupture de série"),
        Language::French => format!("{text} depuis {since}"),
        Language::English if broken => format!("{text} since {since}, series break"),
        Language::English => format!("{text} since {since}"),
    }
}

/// What stands below the figure of another territory, and the class of its colour: why it is not shown, or how a figure
/// compares with it.
pub(super) fn beside(comparison: &Comparison, names: Names<'_>) -> (String, &'static str) {
    match reason(&comparison.told, names) {
        "" => compared(comparison, names),
        reason => (reason.to_owned(), ""),
    }
}

/// How a figure stands beside another one, in words, and the class of their colour.
fn compared(comparison: &Comparison, names: Names<'_>) -> (String, &'static str) {
    use super::GapTrend;
    let language = names.language;
    match &comparison.measure {
        // The signs of the two figures say why.
        Compared::Gap { now: derived, .. } | Compared::Share(derived)
            if derived.disclosed.value().is_none() =>
        {
            (String::new(), "")
        }
        Compared::Gap { now, trend, .. } => {
            let gap = printed_derived(now, &comparison.told, true, names);
            let gap = format!("{} {gap}", language.pick("écart", "gap"));
            let class = match trend {
                Some(GapTrend::CatchingUp) => "CATCHING",
                Some(GapTrend::FallingBehind) => "FALLING",
                _ => "",
            };
            let trend = trend.map(|trend| format!(", {}", trend.word(language))).unwrap_or_default();
            (gap + &trend, class)
        }
        Compared::Share(share) => {
            let share = printed_derived(share, &comparison.told, false, names);
            (format!("{} {share}", language.pick("part", "share")), "")
        }
        Compared::Beside => (String::new(), ""),
    }
}

/// The rank, in words; empty where there is none.
pub(super) fn rank(line: &Line, names: Names<'_>) -> String {
    let Some(found) = line.rank else { return String::new() };
    let Some(rank) = found.rank.disclosed.value() else {
        return found.rank.disclosed.symbol().unwrap_or_default().to_owned();
    };
    let rank = words::number(rank, 0, names.language);
    match names.language {
        Language::French if rank == "1" => format!("1er sur {}", found.among),
        Language::French => format!("{rank}e sur {}", found.among),
        Language::English => format!("{rank} of {}", found.among),
    }
}

#[cfg(test)]
mod tests {
    use entity::types::Withheld;

    use super::{Compared, Comparison, beside};
    use crate::{
        language::Language::{English, French},
        present::tests::fixture::{DIJON, POPULATION, material, period, told},
        store::FigureKey,
    };

    #[test]
    fn a_sign_that_stands_for_several_reasons_has_its_own_beside_it() {
        let material = material();
        let period = period("2020");
        let key = FigureKey { indicator_id: POPULATION, territory_id: DIJON, period, breakdown_id: 0 };
        let said = |value, language| {
            let comparison = Comparison { told: told(key, value), measure: Compared::Beside };
            beside(&comparison, material.names(language)).0
        };
        for (reason, french, english) in [
            (Withheld::NotCollected, "non disponible", "not available"),
            (Withheld::Embargo, "sous embargo", "under embargo"),
            (Withheld::OutOfScope, "hors de vos droits", "not open to you"),
            (Withheld::NoAgreement, "hors de vos droits", "not open to you"),
            (Withheld::StatisticalSecrecy, "", ""),
            (Withheld::NotApplicable, "", ""),
        ] {
            assert_eq!(said(Err(reason), French), french);
            assert_eq!(said(Err(reason), English), english);
        }
        assert_eq!(said(Ok(1.0), French), "");
    }
}
