//! SVG that is well-formed whatever the texts in it.

use std::fmt::Write;

use super::{colour, text};

/// Letters that every reader has something for.
const FONTS: &str = "Marianne, 'Source Sans 3', Arial, Helvetica, sans-serif";

/// A drawing.
pub struct Svg {
    body: String,
    width: f64,
    height: f64,
}

/// Where a text stands at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Size.
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// Colour.
    pub colour: &'static str,
    /// Where it stands.
    pub anchor: Anchor,
    /// With an edge in the colour of the page, so that it is read over lines and shades.
    pub edged: bool,
}

impl Style {
    /// Plain text of a size.
    #[must_use]
    pub const fn plain(size: f64) -> Self {
        Self { size, bold: false, colour: colour::INK, anchor: Anchor::Start, edged: false }
    }

    /// The same in bold.
    #[must_use]
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same with less weight.
    #[must_use]
    pub const fn soft(self) -> Self {
        Self { colour: colour::SOFT_INK, ..self }
    }

    /// The same with an edge in the colour of the page.
    #[must_use]
    pub const fn edged(self) -> Self {
        Self { edged: true, ..self }
    }

    /// How much wider its letters are than plain ones of size one.
    const fn scale(&self) -> f64 {
        if self.bold { self.size * text::BOLD } else { self.size }
    }

    /// How wide a text is drawn.
    #[must_use]
    pub fn width(&self, text: &str) -> f64 {
        text::width(text) * self.scale()
    }

    /// A text that is drawn no wider, cut with an ellipsis.
    #[must_use]
    pub fn cut(&self, text: &str, widest: f64) -> String {
        text::cut(text, widest / self.scale())
    }

    /// The same, standing otherwise.
    #[must_use]
    pub const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

impl Svg {
    /// An empty drawing of a width; its height comes last.
    #[must_use]
    pub const fn new(width: f64) -> Self {
        Self { body: String::new(), width, height: 0.0 }
    }

    /// How wide it is.
    #[must_use]
    pub const fn width(&self) -> f64 {
        self.width
    }

    /// How high it must at least be.
    #[must_use]
    pub const fn height(&self) -> f64 {
        self.height
    }

    /// Makes it at least so high.
    pub const fn reach(&mut self, height: f64) {
        self.height = self.height.max(height);
    }

    /// A line of text; its baseline is at the position.
    pub fn text(&mut self, (x, y): (f64, f64), style: Style, text: &str) {
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if style.bold { " font-weight=\"600\"" } else { "" };
        let edge = if style.edged {
            format!(
                " paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"2.6\" stroke-linejoin=\"round\"",
                colour::PAGE
            )
        } else {
            String::new()
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\"{weight}{edge}>{}</text>",
            short(x),
            short(y),
            short(style.size),
            style.colour,
            escaped(text),
        );
        self.reach(y + style.size * 0.3);
    }

    /// A text in lines that are at most so wide; gives the baseline of the next one.
    pub fn paragraph(&mut self, (x, y): (f64, f64), style: Style, text: &str, widest: f64) -> f64 {
        let mut baseline = y;
        for line in text::wrap(text, widest / style.scale()) {
            self.text((x, baseline), style, &line);
            baseline += style.size * 1.3;
        }
        baseline
    }

    /// A rectangle.
    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), attributes: &str) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {attributes}/>",
            short(x),
            short(y),
            short(width),
            short(height),
        );
        self.reach(y + height);
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), attributes: &str) {
        let (x1, y1, x2, y2) = (short(x1), short(y1), short(x2), short(y2));
        let _ = writeln!(self.body, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {attributes}/>");
    }

    /// A circle.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, attributes: &str) {
        let (x, y, radius) = (short(x), short(y), short(radius));
        let _ = writeln!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {attributes}/>");
    }

    /// A path, with a title that readers show when it is pointed at.
    pub fn path(&mut self, path: &str, attributes: &str, title: Option<&str>) {
        let title = title.map(|title| format!("<title>{}</title>", escaped(title))).unwrap_or_default();
        let _ = writeln!(self.body, "<path d=\"{path}\" {attributes}>{title}</path>");
    }

    /// Elements that were drawn elsewhere.
    pub fn raw(&mut self, elements: &str) {
        self.body.push_str(elements);
        self.body.push('\n');
    }

    /// Opens a group.
    pub fn open(&mut self, attributes: &str) {
        let _ = writeln!(self.body, "<g {attributes}>");
    }

    /// Closes a group.
    pub fn close(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// The whole drawing, with what it shows in words for those who do not see it.
    #[must_use]
    pub fn finished(self, title: &str, alt: &str, definitions: &str) -> String {
        let (width, height) = (short(self.width), short((self.height + 12.0).ceil()));
        let (title, alt) = (escaped(title), escaped(alt));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{alt}\" font-family=\"{FONTS}\">\n<title>{title}</title>\n<desc>{alt}</desc>\n{definitions}<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n{}</svg>\n",
            colour::PAGE,
            self.body,
        )
    }
}

/// The path of a disc.
#[must_use]
pub fn disc((x, y): (f64, f64), radius: f64) -> String {
    format!(
        "M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0Z",
        short(x - radius),
        short(y),
        r = short(radius),
        d = short(2.0 * radius)
    )
}

/// A coordinate with two decimals at most.
#[must_use]
pub fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// A text as it stands in XML; what XML cannot hold is left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\t' | '\n' | '\r' => written.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            other => written.push(other),
        }
    }
    written
}

/// The hatching of what secrecy covers, under a name.
#[must_use]
pub fn hatching(name: &str) -> String {
    format!(
        "<defs><pattern id=\"{name}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#f4f5f6\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"{}\" stroke-width=\"2.4\"/></pattern></defs>\n",
        colour::HATCH
    )
}

#[cfg(test)]
mod tests {
    use super::{Style, Svg, escaped, short};

    #[test]
    fn any_text_makes_well_formed_xml() {
        let mut svg = Svg::new(320.0);
        svg.text((0.0, 12.0), Style::plain(12.0), "a < b & \"c\" \u{0}\u{7}]]> é");
        let text = svg.finished("<&>", "\"", "");
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                _ => continue,
            }
        }
        assert!(text.contains("a &lt; b &amp; &quot;c&quot; ]]&gt; é"));
        assert_eq!(escaped("\u{1}"), "");
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([1.0, 0.126, -0.001, 1200.5].map(short), ["1", "0.13", "0", "1200.5"]);
    }
}
