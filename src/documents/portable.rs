//! What PDF documents say: the text of their pages, as far as it is text.

use std::{
    fs::File,
    io::{BufReader, Seek as _},
};

use lopdf::{Document, LoadOptions, Object};

use super::{DocumentFault, MOST_TEXT, Said};

/// Most pages that are read.
const MOST_PAGES: usize = 2_000;

/// What a document says; not whole when it holds pictures, forms or other files, or does not open.
pub(super) fn said(file: &mut File) -> Result<Said, DocumentFault> {
    file.rewind()?;
    let most = usize::try_from(MOST_TEXT).unwrap_or(usize::MAX);
    let options = LoadOptions { max_decompressed_size: Some(most), ..LoadOptions::default() };
    let Ok(document) = Document::load_from_with_options(BufReader::new(&mut *file), options) else {
        return Ok(Said::default());
    };
    let pages = document.get_pages();
    if document.is_encrypted() || pages.is_empty() || pages.len() > MOST_PAGES {
        return Ok(Said::default());
    }
    let mut said = Said { text: String::new(), whole: !document.objects.values().any(is_unread) };
    for page in pages.keys() {
        for chunk in document.extract_text_chunks_with_limit(&[*page], most) {
            match chunk {
                Ok(text) => said.text.push_str(&text),
                Err(_) => said.whole = false,
            }
        }
        said.text.push('\n');
        if said.text.len() > most {
            said.whole = false;
            break;
        }
    }
    // Digits that are placed one by one make numbers to whoever looks, and none to a program.
    said.whole &= !is_scattered(&said.text);
    Ok(said)
}

/// Whether several digits stand each by itself, one after the other.
fn is_scattered(text: &str) -> bool {
    const SEVERAL: usize = 3;
    let mut alone = 0;
    text.split_whitespace().any(|word| {
        let is_digit = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit());
        alone = if is_digit { alone + 1 } else { 0 };
        alone >= SEVERAL
    })
}

/// Whether an object may say something that is not in the text of a page: pictures and drawings of their own, remarks
/// and fields, other files.
fn is_unread(object: &Object) -> bool {
    let dictionary = match object {
        Object::Stream(stream) => &stream.dict,
        Object::Dictionary(dictionary) => dictionary,
        _ => return false,
    };
    let named = |key: &[u8], names: &[&[u8]]| {
        dictionary.get(key).and_then(Object::as_name).is_ok_and(|name| names.contains(&name))
    };
    named(b"Subtype", &[b"Image", b"Form", b"FreeText", b"Widget", b"Stamp"])
        || named(b"Type", &[b"EmbeddedFile", b"Filespec"])
}

#[cfg(test)]
mod tests {
    use super::is_scattered;

    #[test]
    fn digits_that_stand_one_by_one_are_no_numbers_that_were_read() {
        assert!(is_scattered("Dijon 1 5 9 9 4 1 habitants"));
        assert!(is_scattered("1\n4\n2"));
        assert!(!is_scattered("Dijon 159 941 habitants, 3 ou 4 âges, 2 ou 1"));
    }
}
