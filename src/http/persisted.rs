//! Documents that are known by their digest: those that clients persisted themselves, which saves sending them again, and
//! those that an operator registered, beside which callers without a token may send none.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::error::{Code, Refusal};

/// Most bytes of documents that are kept for clients.
const MOST_BYTES: u64 = 16 << 20;
/// What keeping a document takes beside its text, about.
const BYTES_BESIDE: usize = 400;

/// SHA-256 of the text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// A document, and the digest under which it is to be kept once it turned out to be good.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Its text.
    pub text: Arc<str>,
    /// Where to keep it, when a client asked for that.
    pub keep: Option<Digest>,
}

/// The documents that are known by their digest.
pub struct Persisted {
    kept: Cache<Digest, Arc<str>>,
    registered: Option<HashMap<Digest, Arc<str>>>,
}

/// A folder of documents that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", .path.display())]
pub struct RegisterError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub cause: std::io::Error,
}

impl Persisted {
    /// With the `.graphql` documents of a folder registered, where one is given.
    ///
    /// # Errors
    ///
    /// [`RegisterError`] naming what cannot be read.
    pub fn read(folder: Option<&Path>) -> Result<Self, RegisterError> {
        let weight =
            |_: &Digest, text: &Arc<str>| u32::try_from(text.len() + BYTES_BESIDE).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(MOST_BYTES).weigher(weight).build();
        Ok(Self { kept, registered: folder.map(registered).transpose()? })
    }

    /// The texts of the documents that are registered, with and without the end of their last line.
    pub fn registered_texts(&self) -> impl Iterator<Item = &str> {
        self.registered.iter().flat_map(HashMap::values).map(AsRef::as_ref)
    }

    /// The document that is asked for by its text, its digest or both.
    ///
    /// # Errors
    ///
    /// [`Code::PersistedQueryNotFound`], [`Code::DocumentNotRegistered`], [`Code::RequestInvalid`] for a digest that is
    /// another text's or for neither.
    pub fn document(
        &self,
        text: Option<&str>,
        digest: Option<Digest>,
        has_token: bool,
    ) -> Result<Found, Refusal> {
        let known = |digest: &Digest| {
            let registered = self.registered.as_ref().and_then(|registered| registered.get(digest).cloned());
            registered.or_else(|| self.kept.get(digest))
        };
        let found = match (text, digest) {
            (None, None) => return Err(neither()),
            (None, Some(digest)) => Found { text: known(&digest).ok_or_else(not_found)?, keep: None },
            (Some(text), None) => Found { text: text.into(), keep: None },
            (Some(text), Some(digest)) if Digest::of(text) == digest => {
                Found { text: text.into(), keep: Some(digest) }
            }
            (Some(_), Some(_)) => return Err(another()),
        };
        match &self.registered {
            Some(registered) if !has_token && !registered.contains_key(&Digest::of(&found.text)) => {
                Err(not_registered())
            }
            _ => Ok(found),
        }
    }

    /// Keeps a document that a client persisted.
    pub fn keep(&self, digest: Digest, text: Arc<str>) {
        self.kept.insert(digest, text);
    }
}

fn registered(folder: &Path) -> Result<HashMap<Digest, Arc<str>>, RegisterError> {
    let fault = |path: &Path| {
        let path = path.to_path_buf();
        move |cause| RegisterError { path, cause }
    };
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(folder).map_err(fault(folder))? {
        let path = entry.map_err(fault(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "graphql") {
            let text = std::fs::read_to_string(&path).map_err(fault(&path))?;
            // Clients leave the end of the file out as often as not.
            for text in [text.trim_end(), text.as_str()] {
                found.insert(Digest::of(text), Arc::from(text));
            }
        }
    }
    Ok(found)
}

fn neither() -> Refusal {
    Refusal::new(
        Code::RequestInvalid,
        "Il manque le document : envoyez « query » (texte), ou l’empreinte d’un document connu (« documentId », ou « extensions.persistedQuery »).",
        "There is no document: send “query” (a text), or the digest of a known one (“documentId”, or “extensions.persistedQuery”).",
    )
}

/// The word that clients of persisted queries look for, in every language.
fn not_found() -> Refusal {
    Refusal::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound", "PersistedQueryNotFound")
}

fn another() -> Refusal {
    Refusal::new(
        Code::RequestInvalid,
        "L’empreinte (SHA-256) n’est pas celle du document envoyé.",
        "The digest (SHA-256) is not that of the document that was sent.",
    )
}

fn not_registered() -> Refusal {
    Refusal::new(
        Code::DocumentNotRegistered,
        "Sans jeton, cet observatoire n’exécute que les documents que son opérateur a enregistrés.",
        "Without a token this observatory executes only the documents that its operator registered.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Digest, Persisted};
    use crate::error::Code;

    #[test]
    fn a_digest_is_sixty_four_digits() {
        let digest = Digest::of("{ __typename }");
        let digits: String = digest.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(Digest::parse(&digits), Some(digest));
        assert_eq!(Digest::parse(&format!("sha256:{}", digits.to_uppercase())), Some(digest));
        for bad in ["", "sha256:", &digits[1..], &format!("{digits}0"), &format!("é{}", &digits[2..])] {
            assert_eq!(Digest::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_document_is_known_once_it_was_kept_and_not_under_another_digest() {
        let persisted = Persisted::read(None).unwrap();
        let (text, digest) = ("{ viewer { subject } }", Digest::of("{ viewer { subject } }"));
        let code = |outcome: Result<super::Found, crate::error::Refusal>| outcome.unwrap_err().code;
        assert_eq!(code(persisted.document(None, Some(digest), true)), Code::PersistedQueryNotFound);
        let found = persisted.document(Some(text), Some(digest), true).unwrap();
        assert_eq!(found.keep, Some(digest));
        // It is kept by whoever saw that it is good, not before.
        assert_eq!(code(persisted.document(None, Some(digest), true)), Code::PersistedQueryNotFound);
        persisted.keep(digest, found.text);
        assert_eq!(&*persisted.document(None, Some(digest), false).unwrap().text, text);
        assert_eq!(code(persisted.document(Some("{ a }"), Some(digest), true)), Code::RequestInvalid);
        assert_eq!(code(persisted.document(None, None, true)), Code::RequestInvalid);
    }

    #[test]
    fn without_a_token_only_registered_documents_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("one.graphql"), "{ viewer { subject } }\n").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "{ notes }").unwrap();
        let persisted = Persisted::read(Some(folder.path())).unwrap();
        let takes = |text: &str, has_token| persisted.document(Some(text), None, has_token).is_ok();
        assert!(takes("{ viewer { subject } }", false) && takes("{ viewer { subject } }\n", false));
        assert!(!takes("{ notes }", false) && !takes("{ viewer { partner { name } } }", false));
        assert!(takes("{ notes }", true));
        // What somebody with a token persisted is not registered by that.
        let digest = Digest::of("{ notes }");
        persisted.keep(digest, "{ notes }".into());
        assert!(persisted.document(None, Some(digest), false).is_err());
    }
}
