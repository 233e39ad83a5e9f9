// Fields and methods that are not a resolver's.

use crate::{
    secrecy::{Masked, Raw},
    store::{FigureKey, Reading, Store},
};

pub fn open(raw: &Raw) -> f64 {
    raw.open() //~ E0624
}

pub fn read_the_largest_share(raw: &Raw) -> Option<f64> {
    raw.largest() //~ E0624
}

pub fn read_the_field(raw: &Raw) -> f64 {
    raw.amount //~ E0616
}

pub fn take_the_connection(store: &Store) -> impl Sized {
    store.db.clone() //~ E0616
}

pub fn take_the_store(reading: &Reading) -> &Store {
    reading.store() //~ E0624
}

pub async fn read_what_rests(store: &Store, keys: &[FigureKey]) -> impl Sized {
    store.figures(keys).await.ok() //~ E0624
}

pub fn open_what_rests(masked: Masked) -> Option<f64> {
    masked.outcome().ok() //~ E0624
}
