use chrono::DateTime;
use entity::types::Purpose;
use lopdf::Object;
use resvg::usvg::{self, Node};

use super::{About, LARGEST, Page, Stamp, pdf, png, tree};
use crate::{
    export::ExportError,
    language::Language,
    present::draw::{
        svg::{Style, Svg},
        text,
    },
};

/// Letters that stand in titles, names, numbers and notes, in both languages.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ.,:;!?…'’‘“”«»()[]/|&%‰€°×±²³·+−–—-_=<>*#@ \u{a0}\u{202f}";

fn stamp() -> Stamp {
    Stamp {
        partner: Some("CCAS-DIJON".to_owned()),
        purpose: Some(Purpose::NeedsAnalysis),
        charter: "39-2014",
        made_at: DateTime::parse_from_rfc3339("2026-11-23T10:00:00Z").unwrap().to_utc(),
        unmasked: false,
    }
}

fn about(stamp: &Stamp) -> About<'_> {
    About { title: "Titre d’essai – 2021", language: Language::French, stamp }
}

fn drawing(lines: &[&str], height: f64) -> String {
    let mut svg = Svg::new(320.0);
    for (at, line) in lines.iter().enumerate() {
        let style = Style::plain(12.0);
        svg.text((10.0, 20.0 + 20.0 * at as f64), if at % 2 == 0 { style } else { style.bold() }, line);
    }
    svg.reach(height);
    svg.finished("Titre", "Ce que c’est", "")
}

fn page(svg: &str) -> Page<'_> {
    Page { svg, title: "Titre de la page", alt: "Ce que c’est" }
}

/// What stands on the pages, without any space.
fn said(document: &lopdf::Document) -> String {
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).unwrap().split_whitespace().collect()
}

/// The texts of a drawing as they are laid out: what stands in each, how wide it is, and how many letters have no shape.
fn laid_out(svg: &str) -> Vec<(String, f64, usize)> {
    let read = tree(svg).unwrap();
    let texts = read.root().children().iter().filter_map(|node| match node {
        Node::Text(text) => Some(text),
        _ => None,
    });
    texts
        .map(|text| {
            let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            let missing = glyphs.filter(|glyph| glyph.id.0 == 0).count();
            let content: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
            (content, f64::from(text.bounding_box().width()), missing)
        })
        .collect()
}

#[test]
fn every_letter_has_a_shape_of_its_own() {
    for (text, _, missing) in laid_out(&drawing(&[LETTERS, LETTERS], 100.0)) {
        assert_eq!((text.as_str(), missing), (LETTERS, 0));
    }
    assert_eq!(laid_out(&drawing(&["漢"], 100.0))[0].2, 1);
}

#[test]
fn no_letter_is_wider_than_it_is_taken_for() {
    for letter in LETTERS.chars().map(String::from) {
        // Many, so that a little counts; between two others, for spaces at an end are not laid out. Plain, then bold.
        let between = format!("x{}x", letter.repeat(40));
        for (at, (_, wide, _)) in laid_out(&drawing(&[&between, &between], 100.0)).into_iter().enumerate() {
            let estimated = 12.0 * text::width(&between) * if at == 0 { 1.0 } else { text::BOLD };
            assert!(wide <= estimated, "{letter}: {wide} is wider than {estimated}");
        }
    }
}

#[test]
fn a_picture_is_as_large_as_asked_and_says_for_whom() {
    let (stamp, svg) = (stamp(), drawing(&["Dijon", "s"], 88.0));
    for (scale, size) in [(1.0, (320, 100)), (2.0, (640, 200))] {
        let bytes = png(page(&svg), about(&stamp), scale).unwrap();
        assert_eq!(bytes, png(page(&svg), about(&stamp), scale).unwrap(), "the same each time");
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let info = reader.info();
        assert_eq!((info.width, info.height), size);
        let said = |keyword: &str| {
            let chunk = info.utf8_text.iter().find(|chunk| chunk.keyword == keyword);
            chunk.map(|chunk| chunk.get_text().unwrap())
        };
        assert_eq!(said("Title").as_deref(), Some("Titre de la page"));
        assert_eq!(said("Description").as_deref(), Some("Ce que c’est"));
        assert_eq!(said("Disclaimer"), Some(stamp.text(Language::French)));
        assert_eq!(said("observatory-partner").as_deref(), Some("CCAS-DIJON"));
        assert_eq!(said("observatory-purpose").as_deref(), Some("NEEDS_ANALYSIS"));
        assert_eq!(said("observatory-charter").as_deref(), Some("39-2014"));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let dark = pixels.chunks(3).filter(|pixel| pixel.iter().all(|part| *part < 100)).count();
        assert!(dark > 50, "{dark} dark pixels: nothing is written");
        assert_eq!(pixels[..3], [255, 255, 255]);
    }
}

#[test]
fn pages_hold_their_words_as_words() {
    let stamp = stamp();
    let first = drawing(&["Côte-d’Or, œuvre", "159\u{202f}941 – 12,5\u{a0}% − 3\u{a0}‰ €"], 88.0);
    let second = drawing(&["Deuxième page"], 200.0);
    let bytes = pdf(&[page(&first), page(&second)], about(&stamp)).unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(bytes, pdf(&[page(&first), page(&second)], about(&stamp)).unwrap(), "the same each time");
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(document.get_pages().len(), 2);
    assert_eq!(said(&document), "Côte-d’Or,œuvre159941–12,5%−3‰€Deuxièmepage");
    let text = |object: &Object| lopdf::decode_text_string(object).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(text(catalog.get(b"Lang").unwrap()), "fr");
    let info = document.trailer.get(b"Info").unwrap();
    let info = document.dereference(info).unwrap().1.as_dict().unwrap();
    let of = |key: &[u8]| text(info.get(key).unwrap());
    assert_eq!(of(b"Title"), "Titre d’essai – 2021");
    assert_eq!(of(b"Author"), "Observatoire de la cohésion sociale");
    assert_eq!(of(b"Subject"), stamp.text(Language::French));
    assert_eq!(
        of(b"Keywords"),
        "observatory-partner: CCAS-DIJON, observatory-purpose: NEEDS_ANALYSIS, observatory-charter: 39-2014"
    );
    assert!(lasts(&document));
}

/// Whether a document says that it is PDF/A.
fn lasts(document: &lopdf::Document) -> bool {
    let metadata = document.catalog().unwrap().get(b"Metadata").unwrap();
    let stream = document.dereference(metadata).unwrap().1.as_stream().unwrap();
    String::from_utf8_lossy(&stream.get_plain_content().unwrap_or_else(|_| stream.content.clone()))
        .contains("pdfaid:part")
}

#[test]
fn a_letter_that_has_no_shape_costs_the_promise_and_not_the_page() {
    let (stamp, svg) = (stamp(), drawing(&["漢 Dijon"], 88.0));
    let bytes = pdf(&[page(&svg)], about(&stamp)).unwrap();
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    assert!(said(&document).ends_with("Dijon"));
    assert!(!lasts(&document));
}

#[test]
fn a_drawing_reads_nothing_but_itself() {
    let stamp = stamp();
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.png");
    let plain = drawing(&[], 88.0);
    std::fs::write(&other, png(page(&plain), about(&stamp), 1.0).unwrap()).unwrap();
    let image = format!("<image href=\"{}\" width=\"320\" height=\"100\"/></svg>", other.display());
    let read = tree(&plain.replace("</svg>", &image)).unwrap();
    assert!(!read.root().children().iter().any(|node| matches!(node, Node::Image(_))));
    assert!(matches!(tree("<svg"), Err(ExportError::Svg(_))));
}

#[test]
fn a_picture_that_is_too_large_is_not_made() {
    let stamp = stamp();
    let high = drawing(&[], f64::from(LARGEST.1) / 2.0);
    assert!(matches!(png(page(&high), about(&stamp), 2.0), Err(ExportError::TooLarge(640, 8_024))));
    assert!(png(page(&high), about(&stamp), 1.0).is_ok());
    assert!(pdf(&[page(&high)], about(&stamp)).is_ok());
    let higher = drawing(&[], f64::from(LARGEST.1));
    assert!(matches!(pdf(&[page(&higher)], about(&stamp)), Err(ExportError::TooLarge(320, 8_012))));
}
