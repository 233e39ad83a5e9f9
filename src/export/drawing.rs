//! Charts, maps and profiles as files: drawings, pages, and the data that others draw from.
//!
//! # Citations
//!
//! RFC 7946, *The GeoJSON format*, section 6 (foreign members); *The TopoJSON format specification*, version 1.0;
//! *Vega-Lite 5*, `usermeta`; Dublin Core Metadata Initiative, *DCMI metadata terms*.

use std::fmt::Write;

use serde_json::Value;

use super::{About, ExportError, Page, SCALE, Stamp, pdf, png};
use crate::present::{Names, chart::Chart, draw::svg::escaped, map::ThematicMap, profile::Profile};

/// A format of charts, maps or profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawingFormat {
    /// Scalable Vector Graphics.
    Svg,
    /// Pixels.
    Png,
    /// Portable Document Format, its text as text.
    Pdf,
    /// Vega-Lite 5, with its data.
    VegaLite,
    /// Shapes with what is told of them.
    GeoJson,
    /// The same, lines that neighbours share once.
    TopoJson,
    /// A page of its own.
    Html,
}

impl DrawingFormat {
    /// Those of charts.
    pub const OF_CHARTS: &'static [Self] = &[Self::Svg, Self::Png, Self::Pdf, Self::VegaLite];

    /// Those of maps.
    pub const OF_MAPS: &'static [Self] =
        &[Self::Svg, Self::Png, Self::Pdf, Self::GeoJson, Self::TopoJson, Self::VegaLite];

    /// Those of profiles.
    pub const OF_PROFILES: &'static [Self] = &[Self::Html, Self::Pdf];

    /// Its name in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
            Self::VegaLite => "vega-lite",
            Self::GeoJson => "geojson",
            Self::TopoJson => "topojson",
            Self::Html => "html",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::VegaLite => "application/vnd.vegalite.v5+json",
            Self::GeoJson => "application/geo+json",
            Self::TopoJson => "application/json",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::VegaLite => "vl.json",
            _ => self.word(),
        }
    }
}

/// What is drawn.
pub enum Subject {
    /// A chart.
    Chart(Chart),
    /// A map.
    Map(ThematicMap),
    /// A profile.
    Profile(Profile),
}

impl Subject {
    fn title(&self, names: Names<'_>) -> String {
        match self {
            Self::Chart(chart) => chart.title(names),
            Self::Map(map) => map.title(names),
            Self::Profile(profile) => profile.title(names),
        }
    }

    /// One drawing for a chart or a map, several sheets for a profile, each with what it says in words.
    fn drawings(&self, drawing: Drawing<'_>) -> Vec<(String, String)> {
        let (names, width) = (drawing.names, drawing.width);
        match self {
            Self::Chart(chart) => vec![(chart.svg(names, width), chart.alt(names))],
            Self::Map(map) => vec![(map.svg(names, width), map.alt(names))],
            Self::Profile(profile) => profile.sheets(names, &drawing.stamp.text(names.language)),
        }
    }
}

/// What is drawn, how large, what its members are called, and for whom.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// A chart, a map or a profile.
    pub subject: &'a Subject,
    /// Names, and the language of the words.
    pub names: Names<'a>,
    /// For whom.
    pub stamp: &'a Stamp,
    /// Width of the drawing, in pixels of its own; a profile is as wide as its paper.
    pub width: f64,
}

/// Draws a chart, a map or a profile in a format.
///
/// # Errors
///
/// [`ExportError::TooLarge`] for a picture of too many pixels, [`ExportError::Unfit`] for a format that is not one of the
/// subject’s, and what a writer cannot write.
pub fn draw(format: DrawingFormat, drawing: Drawing<'_>) -> Result<Vec<u8>, ExportError> {
    let Drawing { subject, names, stamp, .. } = drawing;
    let title = subject.title(names);
    let about = About { title: &title, language: names.language, stamp };
    let drawings = || subject.drawings(drawing);
    // Where a document has a place for what is not its own.
    let stamped = |mut document: Value, member: &str| {
        if let Some(object) = document.as_object_mut() {
            object.insert(member.to_owned(), stamp.member(names.language));
        }
        Ok(serde_json::to_vec(&document)?)
    };
    let first = || drawings().into_iter().next().ok_or(ExportError::Unfit(format.word()));
    match (format, subject) {
        (DrawingFormat::Svg, Subject::Chart(_) | Subject::Map(_)) => {
            Ok(described(&first()?.0, about).into_bytes())
        }
        (DrawingFormat::Png, Subject::Chart(_) | Subject::Map(_)) => {
            let (svg, alt) = first()?;
            png(Page { svg: &svg, title: &title, alt: &alt }, about, SCALE)
        }
        (DrawingFormat::Pdf, _) => {
            let drawn = drawings();
            let pages: Vec<Page<'_>> =
                drawn.iter().map(|(svg, alt)| Page { svg, title: &title, alt }).collect();
            pdf(&pages, about)
        }
        (DrawingFormat::Html, Subject::Profile(profile)) => {
            Ok(profile.html(names, &stamp.text(names.language)).into_bytes())
        }
        (DrawingFormat::VegaLite, Subject::Chart(chart)) => stamped(chart.vega_lite(names), "usermeta"),
        (DrawingFormat::VegaLite, Subject::Map(map)) => stamped(map.vega_lite(names), "usermeta"),
        (DrawingFormat::GeoJson, Subject::Map(map)) => stamped(map.features(names), "observatory"),
        (DrawingFormat::TopoJson, Subject::Map(map)) => stamped(map.topo_json(names), "observatory"),
        (DrawingFormat::GeoJson | DrawingFormat::TopoJson, Subject::Chart(_))
        | (DrawingFormat::Html, Subject::Chart(_) | Subject::Map(_))
        | (_, Subject::Profile(_)) => Err(ExportError::Unfit(format.word())),
    }
}

/// A drawing that says for whom it was made, after what it shows.
fn described(svg: &str, about: About<'_>) -> String {
    let mut terms = String::new();
    let mut term = |name: &str, text: &str| {
        let _ = write!(terms, "<dcterms:{name}>{}</dcterms:{name}>", escaped(text));
    };
    term("title", about.title);
    term("language", about.language.tag());
    term("creator", about.author());
    term("created", &about.stamp.made_at());
    term("rights", &about.stamp.text(about.language));
    for (name, value) in about.stamp.headers() {
        term("subject", &format!("{name}: {value}"));
    }
    let metadata = format!(
        "<metadata><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dcterms=\"http://purl.org/dc/terms/\"><rdf:Description rdf:about=\"\">{terms}</rdf:Description></rdf:RDF></metadata>\n"
    );
    match svg.split_once("</desc>\n") {
        Some((before, after)) => format!("{before}</desc>\n{metadata}{after}"),
        None => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{About, Stamp, described};
    use crate::{language::Language, present::draw::svg::Svg};

    #[test]
    fn a_drawing_says_for_whom_it_was_made() {
        let stamp = Stamp {
            partner: Some("CCAS-DIJON".to_owned()),
            purpose: None,
            charter: "39-2014",
            made_at: DateTime::UNIX_EPOCH,
            unmasked: false,
        };
        let about = About { title: "a & b", language: Language::English, stamp: &stamp };
        let svg = described(&Svg::new(320.0).finished("a & b", "words", ""), about);
        assert!(svg.contains("<dcterms:title>a &amp; b</dcterms:title>"));
        assert!(svg.contains("<dcterms:subject>observatory-partner: CCAS-DIJON</dcterms:subject>"));
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
}
