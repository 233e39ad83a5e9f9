// A sealed number is nothing that can be printed, copied, compared or returned.

use async_graphql::Object;

use crate::secrecy::Raw;

pub fn print(raw: &Raw) -> String {
    format!("{raw:?}") //~ E0277
}

pub fn copy(raw: &Raw) -> Raw {
    let raw: Raw = Clone::clone(raw); //~ E0277
    raw
}

pub fn compare(one: &Raw, other: &Raw) -> bool {
    *one == *other //~ E0369
}

pub fn serialise(raw: &Raw) -> Option<String> {
    serde_json::to_string(raw).ok() //~ E0277
}

pub struct Leak;

#[Object] //~ E0277
impl Leak {
    async fn raw(&self) -> Raw { //~ E0277
        Raw::seal(1.0, None)
    }
}
