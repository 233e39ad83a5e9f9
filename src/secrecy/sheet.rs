//! True numbers at rest: a sheet for one release and indicator, encrypted under the keyring.

use std::collections::BTreeMap;

use entity::types::Period;

use super::{
    Raw,
    keyring::{Keyring, Tampered},
};

/// Where a cell stands within its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// Territory.
    pub territory_id: i32,
    /// Period.
    pub period: Period,
    /// Breakdown; 0 is the total.
    pub breakdown_id: i32,
}

/// Which sheet: a locked sheet opens only under the label that it was locked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SheetLabel {
    /// Release.
    pub release_id: i32,
    /// Indicator.
    pub indicator_id: i32,
}

/// The true numbers of one indicator in one release, sealed.
#[derive(Default)]
pub struct Sheet {
    /// In order, and without the room that a table of hashes keeps free.
    cells: BTreeMap<Address, Raw>,
}

/// A sheet as the vault keeps it: a nonce of 24 bytes and authenticated ciphertext.
pub struct LockedSheet(Vec<u8>);

/// What a sheet begins with. One without it was locked before shares of largest contributors were kept, and no such
/// sheet begins like this: where it has the period of its first cell, this has none.
const HEADER: [u8; 8] = *b"SHEET\0\0\x02";
const CELL_BYTES: usize = 33;
const CELL_BYTES_BEFORE: usize = 24;
const NOT_COUNTED: u32 = u32::MAX;

impl Address {
    /// Bytes that [`Self::write`] writes.
    pub(in crate::secrecy) const BYTES: usize = 12;

    pub(in crate::secrecy) fn write(&self, bytes: &mut Vec<u8>) {
        for number in [self.territory_id, self.period.number(), self.breakdown_id] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// The address that the bytes begin with.
    pub(in crate::secrecy) fn read(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        Some(Self {
            territory_id: number(0)?,
            period: Period::from_number(number(4)?)?,
            breakdown_id: number(8)?,
        })
    }
}

impl SheetLabel {
    pub(in crate::secrecy) fn bytes(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&self.release_id.to_le_bytes());
        bytes[4..].copy_from_slice(&self.indicator_id.to_le_bytes());
        bytes
    }
}

impl Sheet {
    /// Puts a sealed number in its place.
    pub fn insert(&mut self, address: Address, raw: Raw) {
        self.cells.insert(address, raw);
    }

    /// The sealed number at an address.
    #[must_use]
    pub fn get(&self, address: &Address) -> Option<&Raw> {
        self.cells.get(address)
    }

    /// The territories that there are numbers of; one for each number, in order.
    pub fn territories(&self) -> impl Iterator<Item = i32> {
        self.cells.keys().map(|address| address.territory_id)
    }

    /// Takes the parts out that are never shown.
    pub(in crate::secrecy) fn remove_hidden(&mut self) {
        self.cells.retain(|address, _| address.territory_id >= 0);
    }

    /// The sealed numbers, in the order of their addresses.
    pub(in crate::secrecy) fn in_order(&self) -> impl Iterator<Item = (&Address, &Raw)> {
        self.cells.iter()
    }

    /// The same of another period, as far as it is wanted.
    #[cfg(test)]
    pub(crate) fn moved_to(self, period: Period, keeps: impl Fn(i32) -> bool) -> Self {
        let cells = self.cells.into_iter().filter(|(address, _)| keeps(address.territory_id));
        Self { cells: cells.map(|(address, raw)| (Address { period, ..address }, raw)).collect() }
    }

    /// Encrypts the sheet for the vault.
    ///
    /// # Errors
    ///
    /// [`Tampered`] when the cipher refuses, which only a sheet of more than 256 GB makes it do.
    pub fn lock(&self, keyring: &Keyring, label: SheetLabel) -> Result<LockedSheet, Tampered> {
        let mut plain = Vec::with_capacity(HEADER.len() + self.cells.len() * CELL_BYTES + Keyring::OVERHEAD);
        plain.extend_from_slice(&HEADER);
        for (address, raw) in self.in_order() {
            address.write(&mut plain);
            plain.extend_from_slice(&raw.open().to_le_bytes());
            plain.extend_from_slice(&raw.contributors().unwrap_or(NOT_COUNTED).to_le_bytes());
            plain.extend_from_slice(&raw.largest().unwrap_or(f64::NAN).to_le_bytes());
            plain.push(u8::from(raw.is_withheld()));
        }
        Ok(LockedSheet(keyring.lock(plain, &label.bytes())?))
    }
}

impl LockedSheet {
    /// A locked sheet from the bytes of the vault.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for the vault.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Opens the lock; the numbers stay sealed.
    ///
    /// # Errors
    ///
    /// [`Tampered`] when the key, the label or the bytes are not those it was locked with.
    pub fn unlock(&self, keyring: &Keyring, label: SheetLabel) -> Result<Sheet, Tampered> {
        let plain = keyring.unlock(&self.0, &label.bytes())?;
        let mut sheet = Sheet::default();
        let (cells, bytes) = match plain.strip_prefix(&HEADER) {
            Some(cells) => (cells, CELL_BYTES),
            None => (plain.as_slice(), CELL_BYTES_BEFORE),
        };
        for cell in cells.chunks(bytes) {
            let (address, raw) = read_cell(cell, bytes).ok_or(Tampered)?;
            sheet.insert(address, raw);
        }
        Ok(sheet)
    }
}

fn read_cell(cell: &[u8], bytes: usize) -> Option<(Address, Raw)> {
    if cell.len() != bytes {
        return None;
    }
    let address = Address::read(cell)?;
    let amount = f64::from_le_bytes(cell.get(12..20)?.try_into().ok()?);
    let contributors = u32::from_le_bytes(cell.get(20..24)?.try_into().ok()?);
    let raw = Raw::seal(amount, (contributors != NOT_COUNTED).then_some(contributors));
    let share = match cell.get(24..32) {
        Some(share) => Some(f64::from_le_bytes(share.try_into().ok()?)).filter(|share| !share.is_nan()),
        None => None,
    };
    let raw = raw.with_largest(share);
    // A mark that is unknown withholds too.
    let withheld = cell.get(32).is_some_and(|mark| *mark != 0);
    Some((address, if withheld { raw.withhold() } else { raw }))
}

#[cfg(test)]
mod tests {
    use super::{Address, HEADER, Keyring, LockedSheet, Raw, Sheet, SheetLabel, Tampered};
    use entity::types::Period;

    const LABEL: SheetLabel = SheetLabel { release_id: 7, indicator_id: 3 };

    fn sheet() -> (Address, Sheet) {
        let period = Period::from_number(202_100).unwrap_or_else(|| unreachable!());
        let address = Address { territory_id: 12, period, breakdown_id: 4 };
        let mut sheet = Sheet::default();
        sheet.insert(address, Raw::seal(3.0, None));
        (address, sheet)
    }

    #[test]
    fn a_sheet_opens_under_its_own_key_and_label_only() {
        let (address, sheet) = sheet();
        let keyring = Keyring::new(&[1; 32]);
        let locked = sheet.lock(&keyring, LABEL).unwrap_or_else(|_| unreachable!());
        let opened = locked.unlock(&keyring, LABEL).unwrap_or_else(|_| unreachable!());
        assert_eq!(opened.get(&address).map(Raw::open), Some(3.0));
        assert!(locked.unlock(&Keyring::new(&[2; 32]), LABEL).is_err());
        assert!(locked.unlock(&keyring, SheetLabel { indicator_id: 4, ..LABEL }).is_err());
    }

    #[test]
    fn contributors_shares_of_the_largest_and_masks_of_the_provider_come_back() {
        let (address, mut sheet) = sheet();
        let other = Address { territory_id: 13, ..address };
        sheet.insert(other, Raw::seal(40.0, Some(6)).with_largest(Some(87.5)).withhold());
        let keyring = Keyring::new(&[1; 32]);
        let locked = sheet.lock(&keyring, LABEL).unwrap_or_else(|_| unreachable!());
        let opened = locked.unlock(&keyring, LABEL).unwrap_or_else(|_| unreachable!());
        let facts = |at: &Address| {
            let raw = opened.get(at)?;
            Some((raw.open(), raw.contributors(), raw.largest(), raw.is_withheld()))
        };
        assert_eq!(facts(&other), Some((40.0, Some(6), Some(87.5), true)));
        assert_eq!(facts(&address), Some((3.0, None, None, false)));
    }

    #[test]
    fn a_sheet_of_before_shares_were_kept_still_opens() {
        let (address, _) = sheet();
        let mut plain = Vec::new();
        for (territory_id, contributors) in [(12, u32::MAX), (13, 2)] {
            Address { territory_id, ..address }.write(&mut plain);
            plain.extend_from_slice(&3.0_f64.to_le_bytes());
            plain.extend_from_slice(&contributors.to_le_bytes());
        }
        let keyring = Keyring::new(&[1; 32]);
        let unlock = |plain: &[u8]| {
            let locked = keyring.lock(plain.to_vec(), &LABEL.bytes()).unwrap_or_default();
            LockedSheet::from_bytes(locked).unlock(&keyring, LABEL)
        };
        let opened = unlock(&plain).unwrap_or_else(|_| unreachable!());
        let contributors = [12, 13]
            .map(|territory_id| opened.get(&Address { territory_id, ..address }).and_then(Raw::contributors));
        assert_eq!((opened.cells.len(), contributors), (2, [None, Some(2)]));
        plain.pop();
        assert!(unlock(&plain).is_err(), "half a cell is none");
        assert!(unlock(&[]).is_ok_and(|opened| opened.cells.is_empty()));
        assert!(
            Address::read(&[&HEADER[..], &[0; 4]].concat()).is_none(),
            "no old sheet begins like a new one"
        );
    }

    #[test]
    fn a_changed_byte_is_found() {
        let keyring = Keyring::new(&[1; 32]);
        let mut bytes = sheet().1.lock(&keyring, LABEL).map(LockedSheet::into_bytes).unwrap_or_default();
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        assert_eq!(LockedSheet::from_bytes(bytes).unlock(&keyring, LABEL).err(), Some(Tampered));
    }
}
