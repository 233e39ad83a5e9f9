//! The key of the vault, and the lock that it closes and opens.

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, AeadCore, AeadInPlace, KeyInit, OsRng, Payload},
};
use entity::types::Period;
use sha2::{Digest, Sha256};

use super::Lot;

/// The key that locks and opens what rests in the vault, 32 bytes; it never enters the database.
pub struct Keyring {
    cipher: XChaCha20Poly1305,
    fingerprint: String,
    marking: [u8; 32],
    logging: [u8; 32],
    drawing: [u8; 32],
}

/// Something in the vault that does not open: another key, another label, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sheet of the vault does not open under this key")]
pub struct Tampered;

const NONCE_BYTES: usize = 24;

impl Keyring {
    /// A keyring from 32 secret bytes.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update("observatoire vault key\0").chain_update(secret).finalize();
        let fingerprint = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let marking = Sha256::new().chain_update("observatoire mark key\0").chain_update(secret).finalize();
        let logging = Sha256::new().chain_update("observatoire log key\0").chain_update(secret).finalize();
        let drawing = Sha256::new().chain_update("observatoire plan key\0").chain_update(secret).finalize();
        Self {
            cipher: XChaCha20Poly1305::new(&Key::from(*secret)),
            fingerprint,
            marking: marking.into(),
            logging: logging.into(),
            drawing: drawing.into(),
        }
    }

    /// Which key this is, in 16 letters that say nothing else of it: a database keeps them, so that another
    /// key is found out before anything is read or written under it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// A mark of a file, from its digest, in hexadecimal: the same file has the same mark, and without the key nobody
    /// can try which of many files has it.
    #[must_use]
    pub fn mark(&self, digest: &str) -> String {
        let inner = Sha256::new().chain_update(self.marking).chain_update(digest).finalize();
        let outer = Sha256::new().chain_update(self.marking).chain_update(inner).finalize();
        outer.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The lot of the plans of a source and period, which nobody can draw without the key.
    #[must_use]
    pub fn lot(&self, source_id: i32, period: Period) -> Lot {
        let place = format!("{source_id} {period}");
        let digest = Sha256::new().chain_update(self.drawing).chain_update(place).finalize();
        let bytes = digest.first_chunk::<8>().copied().unwrap_or_default();
        Lot::drawn(u64::from_le_bytes(bytes))
    }

    /// A hash for the log of access, which nobody can make without the key.
    #[must_use]
    pub fn link(&self, bytes: &[u8]) -> [u8; 32] {
        let inner = Sha256::new().chain_update(self.logging).chain_update(bytes).finalize();
        Sha256::new().chain_update(self.logging).chain_update(inner).finalize().into()
    }

    /// A nonce of 24 bytes and authenticated ciphertext, bound to a label.
    pub(in crate::secrecy) fn lock(&self, plain: Vec<u8>, label: &[u8]) -> Result<Vec<u8>, Tampered> {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let mut locked = plain;
        // In place: a large sheet is in memory once, and not in the clear beside its cipher.
        self.cipher.encrypt_in_place(&nonce, label, &mut locked).or(Err(Tampered))?;
        locked.splice(0..0, nonce);
        Ok(locked)
    }

    /// Bytes that [`Self::lock`] adds.
    pub(in crate::secrecy) const OVERHEAD: usize = NONCE_BYTES + 16;

    /// What was locked under this label.
    pub(in crate::secrecy) fn unlock(&self, locked: &[u8], label: &[u8]) -> Result<Vec<u8>, Tampered> {
        let (nonce, cipher) = locked.split_first_chunk::<NONCE_BYTES>().ok_or(Tampered)?;
        let payload = Payload { msg: cipher, aad: label };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).or(Err(Tampered))
    }
}
