//! Templates of profiles: data files, those of the program and those of the operator.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use entity::types::{Breakdown, IndicatorCode, Level};
use serde::Deserialize;

use crate::catalogue::{Catalogue, Text};

/// The files of the program.
const BUILT_IN: [(&str, &str); 3] = [
    ("portrait.toml", include_str!("templates/portrait.toml")),
    ("needs-analysis.toml", include_str!("templates/needs-analysis.toml")),
    ("priority-neighbourhood.toml", include_str!("templates/priority-neighbourhood.toml")),
];

/// Most lines of a template.
const MOST_LINES: usize = 80;

/// What a profile shows of which territories, and beside which others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Code.
    pub code: String,
    /// Title.
    pub title: Text,
    /// Levels of the territories that it describes.
    pub levels: Vec<Level>,
    /// Levels of the territories around that they are compared with.
    pub comparators: Vec<Level>,
    /// How many years back changes reach.
    pub years: i32,
    /// Sections.
    pub sections: Vec<TemplateSection>,
}

/// A section of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSection {
    /// Title.
    pub title: Text,
    /// Lines.
    pub lines: Vec<TemplateLine>,
}

/// A line of a template: one indicator, or one category of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateLine {
    /// Number of the indicator.
    pub indicator_id: i32,
    /// Categories; none for the total.
    pub breakdown: Breakdown,
    /// The side of the comparators that is the worse one.
    pub unfavourable: Option<Side>,
}

/// Above or below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Side {
    /// Above.
    High,
    /// Below.
    Low,
}

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder or a file of it cannot be read.
    #[error("{path} : ne se lit pas / cannot be read: {cause}")]
    File {
        /// File or folder.
        path: String,
        /// Cause.
        cause: std::io::Error,
    },
    /// A file is no template.
    #[error("{path} : n’est pas un modèle de portrait / is no template of profiles: {cause}")]
    Shape {
        /// File.
        path: String,
        /// Where, and what was expected.
        cause: Box<toml::de::Error>,
    },
    /// A file names what is not there, twice, or too much.
    #[error("{path} : {french} / {english}")]
    Content {
        /// File.
        path: String,
        /// What is wrong, in French.
        french: String,
        /// What is wrong, in English.
        english: String,
    },
}

/// The templates of a server, by code.
#[derive(Clone, Debug, Default)]
pub struct Templates(BTreeMap<String, Template>);

impl Templates {
    /// The templates of the program, and those of the operator’s folder in their place or beside them.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] naming the file; a template of the program that an operator’s catalogue does not fit is left out.
    pub fn read(folder: Option<&Path>, catalogue: &Catalogue) -> Result<Self, TemplateError> {
        let mut all = BTreeMap::new();
        for (name, text) in BUILT_IN {
            match template(name, text, catalogue) {
                Ok(template) => drop(all.insert(template.code.clone(), template)),
                Err(cause) => tracing::warn!(%cause, "a template does not fit the catalogue"),
            }
        }
        let mut own: BTreeMap<String, String> = BTreeMap::new();
        for path in files(folder)? {
            let shown = path.display().to_string();
            let text = fs::read_to_string(&path)
                .map_err(|cause| TemplateError::File { path: shown.clone(), cause })?;
            let template = template(&shown, &text, catalogue)?;
            if let Some(other) = own.insert(template.code.clone(), shown.clone()) {
                return Err(TemplateError::Content {
                    french: format!("le code {} est déjà celui de {other}", template.code),
                    english: format!("the code {} is that of {other} already", template.code),
                    path: shown,
                });
            }
            all.insert(template.code.clone(), template);
        }
        Ok(Self(all))
    }

    /// The template of a code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Template> {
        self.0.get(code)
    }

    /// Every template, in the order of codes.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.0.values()
    }

    /// Names and texts of the files of the program, for whoever wants to change them.
    pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
        BUILT_IN.into_iter()
    }
}

fn files(folder: Option<&Path>) -> Result<Vec<PathBuf>, TemplateError> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let fault = |cause| TemplateError::File { path: folder.display().to_string(), cause };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    title_fr: String,
    title_en: String,
    levels: Vec<String>,
    comparators: Vec<String>,
    years: i32,
    section: Vec<FileSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSection {
    title_fr: String,
    title_en: String,
    line: Vec<FileLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    indicator: String,
    #[serde(default)]
    breakdown: BTreeMap<String, String>,
    unfavourable: Option<Side>,
    #[serde(default)]
    optional: bool,
}

fn template(path: &str, text: &str, catalogue: &Catalogue) -> Result<Template, TemplateError> {
    let file: File = toml::from_str(text)
        .map_err(|cause| TemplateError::Shape { path: path.to_owned(), cause: Box::new(cause) })?;
    let fault =
        |french: String, english: String| TemplateError::Content { path: path.to_owned(), french, english };
    let plain = |code: &str| {
        !code.is_empty()
            && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !plain(&file.code) {
        return Err(fault(
            format!("le code « {} » doit s’écrire en majuscules, chiffres et _", file.code),
            format!("the code “{}” must be of capitals, digits and _", file.code),
        ));
    }
    let lines: usize = file.section.iter().map(|section| section.line.len()).sum();
    if lines == 0 || lines > MOST_LINES {
        return Err(fault(
            format!("{lines} lignes, il en faut de 1 à {MOST_LINES}"),
            format!("{lines} lines, there must be 1 to {MOST_LINES}"),
        ));
    }
    if !(1..=50).contains(&file.years) {
        return Err(fault("years : de 1 à 50".to_owned(), "years: 1 to 50".to_owned()));
    }
    let level = |word: &String| {
        word.parse::<Level>()
            .ok()
            .ok_or_else(|| fault(format!("« {word} » n’est pas un niveau"), format!("“{word}” is no level")))
    };
    let line = |line: &FileLine| -> Result<Option<TemplateLine>, TemplateError> {
        let code = &line.indicator;
        let found = IndicatorCode::parse(code).ok().and_then(|code| catalogue.indicator(&code));
        let Some(indicator) = found else {
            return if line.optional {
                Ok(None)
            } else {
                Err(fault(
                    format!("l’indicateur « {code} » n’existe pas"),
                    format!("there is no indicator “{code}”"),
                ))
            };
        };
        let pairs =
            line.breakdown.iter().map(|(dimension, category)| (dimension.as_str(), category.as_str()));
        let unknown = pairs.clone().find(|(dimension, category)| {
            !indicator.dimensions.iter().any(|of| of == dimension)
                || catalogue.category(dimension, category).is_none()
        });
        if let Some((dimension, category)) = unknown {
            return Err(fault(
                format!("{code} n’est pas ventilé par {dimension}, ou {category} n’en est pas une modalité"),
                format!("{code} is not broken down by {dimension}, or {category} is no category of it"),
            ));
        }
        let breakdown = Breakdown::of(pairs)
            .map_err(|error| fault(format!("ventilation {error}"), format!("breakdown {error}")))?;
        Ok(Some(TemplateLine { indicator_id: indicator.id, breakdown, unfavourable: line.unfavourable }))
    };
    let section = |section: &FileSection| -> Result<TemplateSection, TemplateError> {
        let lines: Vec<Option<TemplateLine>> = section.line.iter().map(line).collect::<Result<_, _>>()?;
        Ok(TemplateSection {
            title: Text::new(&section.title_fr, &section.title_en),
            lines: lines.into_iter().flatten().collect(),
        })
    };
    Ok(Template {
        levels: file.levels.iter().map(level).collect::<Result<_, _>>()?,
        comparators: file.comparators.iter().map(level).collect::<Result<_, _>>()?,
        years: file.years,
        sections: file.section.iter().map(section).collect::<Result<_, _>>()?,
        title: Text::new(&file.title_fr, &file.title_en),
        code: file.code,
    })
}

#[cfg(test)]
mod tests {
    use super::{Templates, template};
    use crate::catalogue::{Catalogue, Parts};

    fn said(text: &str) -> String {
        let catalogue = Catalogue::new(Parts::default());
        template("mine.toml", text, &catalogue).unwrap_err().to_string()
    }

    #[test]
    fn a_file_that_is_no_template_says_where_and_why() {
        let head = "code = \"MINE\"\ntitle_fr = \"a\"\ntitle_en = \"b\"\nlevels = [\"COMMUNE\"]\ncomparators = []\nyears = 3\n";
        let section = "[[section]]\ntitle_fr = \"a\"\ntitle_en = \"b\"\n";
        let line = "[[section.line]]\nindicator = \"DEM01\"\n";
        for (text, part) in [
            ("code = 3".to_owned(), "line 1"),
            (format!("{head}{section}line = []\n"), "0 lines"),
            (format!("{head}{section}{line}"), "there is no indicator “DEM01”"),
            (format!("{head}colour = \"red\"\n{section}{line}"), "colour"),
            (format!("{head}{section}{line}").replace("MINE", "mine"), "capitals"),
            (format!("{head}{section}{line}").replace("COMMUNE", "TOWN"), "“TOWN” is no level"),
            (format!("{head}{section}{line}").replace("years = 3", "years = 0"), "1 to 50"),
        ] {
            let said = said(&text);
            assert!(said.contains("mine.toml") && said.contains(part), "{said}");
        }
        let optional = format!("{head}{section}{line}optional = true\n");
        let catalogue = Catalogue::new(Parts::default());
        assert!(template("mine.toml", &optional, &catalogue).is_ok_and(|found| found.code == "MINE"));
    }

    #[test]
    fn templates_of_the_program_that_do_not_fit_are_left_out_and_a_missing_folder_is_named() {
        let catalogue = Catalogue::new(Parts::default());
        assert_eq!(Templates::read(None, &catalogue).unwrap().all().count(), 0);
        let error = Templates::read(Some(std::path::Path::new("nowhere/at/all")), &catalogue).unwrap_err();
        assert!(error.to_string().contains("nowhere/at/all"));
    }
}
