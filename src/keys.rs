//! Keys on disk: the local issuer's Ed25519 key and the vault's key, each made on first use.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{OsRng, rand_core::RngCore};

use crate::{auth::IssuerKey, secrecy::Keyring};

/// A key that cannot be read, written or understood.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system refused.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// There is no file where one is needed.
    #[error(
        "{} : la clé du coffre manque, et sans elle les vraies valeurs de la base ne s’ouvrent pas ; remettez le fichier de votre sauvegarde / the vault’s key is missing, and without it the database’s true numbers do not open; put the file back from your backup",
        path.display()
    )]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// The file is no key of its kind.
    #[error(
        "{} : ce n’est pas {expected_in_french} ; remettez le bon fichier (sauvegarde), n’en faites jamais un autre / this is no {expected}; put the right file back (backup), never make another one",
        path.display()
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What it should have been, in French.
        expected_in_french: &'static str,
        /// What it should have been.
        expected: &'static str,
    },
}

/// Whether the local issuer's key is in a folder.
#[must_use]
pub fn has_issuer(folder: &Path) -> bool {
    folder.join(ISSUER).exists()
}

/// Reads the local issuer's key from a folder; makes it when it is not there.
///
/// # Errors
///
/// [`KeyError`] when the file cannot be read, written or understood.
pub fn issuer(folder: &Path) -> Result<IssuerKey, KeyError> {
    let path = folder.join(ISSUER);
    let text = read_or_make(&path, || IssuerKey::to_pem(&random()))?;
    IssuerKey::from_pem(&text).ok_or(KeyError::Malformed {
        path,
        expected_in_french: "une clé privée Ed25519 en PEM",
        expected: "Ed25519 private key in PEM",
    })
}

/// Reads the vault's key from a folder; makes it when it is not there. For an empty database alone.
///
/// # Errors
///
/// [`KeyError`] when the file cannot be read, written or understood.
pub fn new_vault(folder: &Path) -> Result<Keyring, KeyError> {
    let path = folder.join(VAULT);
    let text = read_or_make(&path, || format!("{}\n", STANDARD.encode(random())))?;
    keyring(path, &text)
}

/// Reads the vault's key from a folder.
///
/// # Errors
///
/// [`KeyError`] when the file is not there, cannot be read or is not understood.
pub fn vault(folder: &Path) -> Result<Keyring, KeyError> {
    let path = folder.join(VAULT);
    match fs::read_to_string(&path) {
        Ok(text) => keyring(path, &text),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(KeyError::Missing { path }),
        Err(cause) => Err(KeyError::File { path, cause }),
    }
}

const VAULT: &str = "vault.key";
const ISSUER: &str = "issuer-ed25519.pem";

fn keyring(path: PathBuf, text: &str) -> Result<Keyring, KeyError> {
    let secret = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    match secret {
        Some(secret) => Ok(Keyring::new(&secret)),
        None => Err(KeyError::Malformed {
            path,
            expected_in_french: "une clé de coffre (32 octets en base 64)",
            expected: "vault key (32 bytes in base 64)",
        }),
    }
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// Reads a file; when there is none, writes it whole and readable by its owner alone. Two processes that
/// start at once end with one key.
fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> Result<String, KeyError> {
    let file = |cause| KeyError::File { path: path.to_owned(), cause };
    match fs::read_to_string(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        outcome => return outcome.map_err(file),
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_folder(folder).map_err(file)?;
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    write_private(&draft, &make()).map_err(file)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(file)?;
    match linked {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(file(cause)),
        _ => fs::read_to_string(path).map_err(file),
    }
}

/// Makes a folder, and those above it that are missing, for its owner alone; one that is there stays as it is.
///
/// # Errors
///
/// Those of the file system.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{KeyError, new_vault, vault};

    #[test]
    fn a_vault_key_is_made_once_and_never_in_place_of_one_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(vault(folder.path()), Err(KeyError::Missing { .. })));
        let made = new_vault(folder.path()).unwrap();
        assert_eq!(vault(folder.path()).unwrap().fingerprint(), made.fingerprint());
        assert_eq!(new_vault(folder.path()).unwrap().fingerprint(), made.fingerprint());
    }
}
