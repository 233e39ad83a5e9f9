//! Which sign separates the fields of a text.

/// Bytes of the beginning that are looked at, up to the end of the header line.
pub(crate) const OPENING: usize = 1 << 20;

/// What the beginning of a text says of its separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// The header line is not all there yet.
    More,
    /// There is none.
    None,
    /// This one.
    Separator(u8),
}

/// The separator of a text, from its header line outside of quotes. `ended` says that the text goes no further.
///
/// A semicolon or a tab wins over a comma, which French labels hold; of these two, the one that appears more often.
pub(crate) fn guess(opening: &str, ended: bool) -> Guess {
    let text = opening.trim_start_matches(['\r', '\n']).as_bytes();
    let (mut quoted, mut complete) = (false, ended || opening.len() > OPENING);
    let (mut semicolons, mut tabs, mut commas) = (0_usize, 0_usize, 0_usize);
    let mut index = 0;
    while let Some(&byte) = text.get(index) {
        index += 1;
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => (),
            // The separator within fields of SDMX-CSV 2.0, which its first column announces
            b'[' if text.get(index + 1) == Some(&b']') => index += 2,
            b'\r' | b'\n' => {
                complete = true;
                break;
            }
            b';' => semicolons += 1,
            b'\t' => tabs += 1,
            b',' => commas += 1,
            _ => (),
        }
    }
    match (semicolons, tabs, commas) {
        _ if !complete => Guess::More,
        (0, 0, 0) => Guess::None,
        (0, 0, _) => Guess::Separator(b','),
        _ if semicolons >= tabs => Guess::Separator(b';'),
        _ => Guess::Separator(b'\t'),
    }
}
