//! Partners, as commands name them.

use super::Failure;
use crate::store::Store;

/// What is said of a partner's code that is none, with those that are.
pub async fn unknown(store: &Store, code: &str) -> Result<Failure, Failure> {
    let codes: Vec<String> = store.partners().await?.iter().map(|partner| partner.code.to_string()).collect();
    Ok(format!("aucun partenaire n’a le code « {code} » ; il y a {}", codes.join(", ")).into())
}
