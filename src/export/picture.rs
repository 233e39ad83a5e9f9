//! Drawings as pixels (PNG) and as pages to print (PDF): the same on every machine, with the letters that come with the
//! program, and never those of the machine.
//!
//! # Citations
//!
//! W3C, *Portable Network Graphics*, third edition; ISO 32000-1, *PDF 1.7*; ISO 19005-2, *PDF/A-2*; ISO 14289-1,
//! *PDF/UA-1*.

use std::{
    io::Write,
    sync::{Arc, LazyLock},
};

use chrono::{Datelike, Timelike};
use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, Archival, Configuration, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{Point, Size},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    tagging::{ContentTag, Tag, TagGroup, TagTree},
};
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{ImageHrefResolver, Options, Tree, fontdb},
};

use super::{ExportError, Stamp};
use crate::language::Language;

/// Widest and highest picture, in pixels.
pub const LARGEST: (u32, u32) = (4_000, 8_000);

/// Pixels of a picture for one of its drawing, unless asked otherwise: screens show finer dots than drawings count.
pub const SCALE: f32 = 2.0;

/// Name of the letters that come with the program.
const FAMILY: &str = "Noto Sans";

/// Points of a page for a pixel of a drawing, as in CSS: 72 an inch for 96.
const POINTS: f32 = 0.75;

/// Dots of a metre at scale 1: 96 an inch.
const DOTS_OF_A_METRE: f32 = 96.0 / 0.0254;

/// A drawing that becomes a picture, or a page.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The drawing.
    pub svg: &'a str,
    /// What it shows, in a line.
    pub title: &'a str,
    /// What it shows, in words for those who do not see it.
    pub alt: &'a str,
}

/// What is written beside the drawings.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What all of it shows, in a line.
    pub title: &'a str,
    /// Language of its words.
    pub language: Language,
    /// For whom.
    pub stamp: &'a Stamp,
}

impl About<'_> {
    pub(super) fn author(&self) -> &'static str {
        self.language.pick("Observatoire de la cohésion sociale", "Social cohesion observatory")
    }
}

/// The letters, and no others.
fn letters() -> Arc<fontdb::Database> {
    static LETTERS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut database = fontdb::Database::new();
        for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
            database.load_font_source(fontdb::Source::Binary(Arc::new(font)));
        }
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    });
    Arc::clone(&LETTERS)
}

/// Reads a drawing. It stands for itself: nothing that it may point at is read.
fn tree(svg: &str) -> Result<Tree, ExportError> {
    let options = Options {
        fontdb: letters(),
        font_family: FAMILY.to_owned(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Ok(Tree::from_str(svg, &options)?)
}

/// The size of a drawing at a scale, where it is no larger than a picture may be.
fn size(tree: &Tree, scale: f32) -> Result<(u32, u32), ExportError> {
    let pixels = |length: f32| (length * scale).round().max(1.0) as u32;
    let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
    if width > LARGEST.0 || height > LARGEST.1 {
        return Err(ExportError::TooLarge(width, height));
    }
    Ok((width, height))
}

/// A drawing as PNG, so many times larger than it says; its texts say what it shows and for whom.
///
/// # Errors
///
/// [`ExportError::Svg`], [`ExportError::TooLarge`], [`ExportError::Png`], [`ExportError::File`].
pub fn png(page: Page<'_>, about: About<'_>, scale: f32) -> Result<Vec<u8>, ExportError> {
    let tree = tree(page.svg)?;
    let (width, height) = size(&tree, scale)?;
    let mut pixels = Pixmap::new(width, height).ok_or(ExportError::TooLarge(width, height))?;
    // Opaque from the start: nothing shines through, and no pixel needs a fourth number.
    pixels.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let dots = (DOTS_OF_A_METRE * scale).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: dots, yppu: dots, unit: png::Unit::Meter }));
    let said = [
        ("Title", page.title.to_owned()),
        ("Author", about.author().to_owned()),
        ("Description", page.alt.to_owned()),
        ("Disclaimer", about.stamp.text(about.language)),
        ("Creation Time", about.stamp.made_at()),
    ];
    for (keyword, text) in said.into_iter().chain(about.stamp.headers()) {
        encoder.add_itxt_chunk(keyword.to_owned(), text)?;
    }
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let line = usize::try_from(width).unwrap_or(usize::MAX);
    for pixels in pixels.pixels().chunks(line) {
        let colours: Vec<u8> =
            pixels.iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
        stream.write_all(&colours)?;
    }
    stream.finish()?;
    writer.finish()?;
    Ok(bytes)
}

/// Drawings as PDF, a page each: PDF/A-2a and PDF/UA-1 where everything in them allows it.
///
/// # Errors
///
/// [`ExportError::Svg`], [`ExportError::TooLarge`], [`ExportError::Pdf`].
pub fn pdf(pages: &[Page<'_>], about: About<'_>) -> Result<Vec<u8>, ExportError> {
    let mut read = Vec::with_capacity(pages.len());
    for page in pages {
        let tree = tree(page.svg)?;
        size(&tree, 1.0)?;
        read.push((page, tree));
    }
    let lasting = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish();
    match lasting.map(|lasting| document(&read, about, lasting)) {
        Ok(Ok(bytes)) => Ok(bytes),
        // A letter that the font lacks, for one: the page is as good, but not for every archive.
        Ok(Err(ExportError::Pdf(KrillaError::Validation(_)))) | Err(_) => {
            document(&read, about, Configuration::default())
        }
        Ok(Err(cause)) => Err(cause),
    }
}

fn document(
    pages: &[(&Page<'_>, Tree)],
    about: About<'_>,
    configuration: Configuration,
) -> Result<Vec<u8>, ExportError> {
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(about));
    let mut tags = TagTree::new().with_lang(Some(about.language.tag().to_owned()));
    let mut outline = Outline::new();
    for (at, (page, tree)) in pages.iter().enumerate() {
        let (width, height) = (tree.size().width() * POINTS, tree.size().height() * POINTS);
        let size = Size::from_wh(width, height).ok_or(ExportError::TooLarge(0, 0))?;
        let mut sheet = document.start_page_with(PageSettings::new(size));
        let mut surface = sheet.surface();
        // The whole drawing is one figure, read out as its words say it.
        let drawn = surface.start_tagged(ContentTag::Other);
        let _ = surface.draw_svg(tree, size, SvgSettings::default());
        surface.end_tagged();
        surface.finish();
        sheet.finish();
        let mut figure = TagGroup::new(Tag::Figure(Some(page.alt.to_owned())));
        figure.push(drawn);
        tags.push(figure);
        let top = XyzDestination::new(at, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(page.title.to_owned(), top));
    }
    document.set_tag_tree(tags);
    document.set_outline(outline);
    Ok(document.finish()?)
}

fn metadata(about: About<'_>) -> Metadata {
    let made_at = about.stamp.made_at;
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let day = DateTime::new(u16::try_from(made_at.year()).unwrap_or_default())
        .month(small(made_at.month()))
        .day(small(made_at.day()))
        .hour(small(made_at.hour()))
        .minute(small(made_at.minute()))
        .second(small(made_at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    let keywords = about.stamp.headers().map(|(name, value)| format!("{name}: {value}"));
    Metadata::new()
        .title(about.title.to_owned())
        .language(about.language.tag().to_owned())
        .authors(vec![about.author().to_owned()])
        .description(about.stamp.text(about.language))
        .keywords(keywords.collect())
        .creation_date(day)
}

#[cfg(test)]
mod tests;
