//! `observatoire gallery`: every example drawn at two sizes and in both languages, on one page to look at.

use std::{
    fmt::Display,
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, asker::Asker, print};
use crate::{config::Settings, language::Language};

/// Widths of the drawings: a telephone's and a page's.
const WIDTHS: [u32; 2] = [320, 760];

/// What is drawn, and where to.
#[derive(Args)]
pub struct Arguments {
    /// Dossier des requêtes. / Folder of the queries; those with a variable `width` have one field that has `svg`.
    #[arg(long, default_value = "examples")]
    examples: PathBuf,
    /// Dossier de la page. / Folder of the page.
    #[arg(long, default_value = "target/gallery")]
    out: PathBuf,
}

/// Draws every example for an analyst of a signatory, with the rights and masks that they have: each is a request in the log of
/// access.
///
/// # Errors
///
/// [`Failure`] where a query is not answered, or a file cannot be read or written.
pub async fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let queries = queries(&arguments.examples)?;
    let asker = Asker::open(settings).await?;
    fs::create_dir_all(&arguments.out).map_err(|cause| format!("{} : {cause}", arguments.out.display()))?;
    let mut page = String::from(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Galerie</title><style>body{font-family:sans-serif;margin:2rem}figure{display:inline-block;vertical-align:top;margin:0 1rem 1rem 0;border:1px solid #ddd}</style>\n",
    );
    let mut drawings = 0;
    for path in &queries {
        let query = fs::read_to_string(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let caption = query.lines().next().unwrap_or_default().trim_start_matches("# ");
        if query.contains(" html\n") {
            drawings += 1;
            page.push_str(&format!("<h2>{name}</h2><p>{caption}</p>\n"));
            for language in [Language::French, Language::English] {
                let html = drawn(&asker, &query, (language, None), "html").await?;
                let file = format!("{name}-{}.html", language.tag());
                fs::write(arguments.out.join(&file), html)?;
                page.push_str(&format!("<p><a href=\"{file}\">{file}</a></p>\n"));
            }
            continue;
        }
        if !query.contains("$width") {
            continue;
        }
        drawings += 1;
        page.push_str(&format!("<h2>{name}</h2><p>{caption}</p>\n"));
        for language in [Language::French, Language::English] {
            for width in WIDTHS {
                let svg = drawn(&asker, &query, (language, Some(width)), "svg").await?;
                let file = format!("{name}-{width}-{}.svg", language.tag());
                fs::write(arguments.out.join(&file), svg)?;
                page.push_str(&format!("<figure><img src=\"{file}\" width=\"{width}\" alt=\"\"></figure>\n"));
            }
        }
    }
    let index = arguments.out.join("index.html");
    fs::write(&index, page)?;
    print::note(&format!("{} : {}", index.display(), print::several(drawings, "exemple", "exemples")))?;
    Ok(())
}

/// The queries of a folder, in the order of their names.
fn queries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let place = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let told = |cause: &dyn Display| {
        Failure::from(format!(
            "{} : {cause} ; lancez la commande depuis le dossier du projet, ou nommez celui des requêtes (--examples)",
            place.display()
        ))
    };
    let entries = fs::read_dir(folder).map_err(|cause| told(&cause))?;
    let paths: Result<Vec<PathBuf>, std::io::Error> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(|cause| told(&cause))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "graphql"));
    if paths.is_empty() {
        return Err(told(&"aucune requête (.graphql)"));
    }
    paths.sort();
    Ok(paths)
}

/// What the first field of an example gives in a language and a width, under a name.
async fn drawn(
    asker: &Asker,
    query: &str,
    (language, width): (Language, Option<u32>),
    name: &str,
) -> Result<String, Failure> {
    let body = json!({ "query": query, "variables": { "width": width } });
    let (_, bytes) = asker.ask(asker.query(&body, language)?).await?;
    let mut answer: Value = serde_json::from_slice(&bytes)?;
    let first = answer["data"].as_object_mut().and_then(|data| data.values_mut().next());
    match first.map(|first| first[name].take()) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("{answer}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::queries;

    #[test]
    fn a_folder_without_queries_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("examples");
        for place in [missing.as_path(), folder.path()] {
            let said = queries(place).unwrap_err().to_string();
            assert!(said.starts_with(&format!("{} : ", place.display())), "{said}");
            assert!(said.ends_with("(--examples)"), "{said}");
        }
        let here = queries(std::path::Path::new("examples")).unwrap();
        assert!(here.iter().any(|path| path.ends_with("bar.graphql")));
    }
}
