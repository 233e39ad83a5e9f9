//! `observatoire documents`: the documents of studies, held against their checksums.

use std::collections::HashSet;

use chrono::Utc;
use clap::Args;
use futures_util::TryStreamExt as _;

use super::{Failure, print, setup};
use crate::{
    config::Settings,
    documents::{Shelf, ShelfError},
    store::Document,
};

/// What is done with the documents.
#[derive(Args)]
pub struct Arguments {
    /// Supprime les fichiers de plus d’un jour que rien ne cite (téléversements interrompus). / Removes files over a day old
    /// that nothing names.
    #[arg(long)]
    sweep: bool,
}

/// Reads every document and compares it with its checksum; says which are missing or spoilt.
pub async fn run(settings: &Settings, arguments: Arguments) -> Result<(), Failure> {
    let store = setup::existing(settings).await?;
    let shelf = setup::shelf(settings)?;
    let documents = store.documents().await?;
    let mut faults = 0_usize;
    for document in &documents {
        if let Err(cause) = read(&shelf, document).await {
            faults += 1;
            print::note(&format!("{} ({}) : {cause}", document.reference, document.file_name))?;
        }
    }
    let known: HashSet<String> = documents.iter().map(|document| document.reference.clone()).collect();
    let abandoned = shelf.abandoned(&known, Utc::now()).await?;
    print::text(&format!(
        "{}, dont {} ; {} que rien ne cite\n",
        print::several(documents.len(), "document", "documents"),
        print::several(faults, "manquant ou altéré", "manquants ou altérés"),
        print::several(abandoned.len(), "fichier", "fichiers"),
    ))?;
    if arguments.sweep {
        for reference in &abandoned {
            shelf.remove(reference).await?;
        }
    }
    if faults > 0 {
        Err("des documents manquent ou sont altérés : remettez-les de votre sauvegarde".into())
    } else {
        Ok(())
    }
}

async fn read(shelf: &Shelf, document: &Document) -> Result<(), ShelfError> {
    let bytes = shelf.bytes(&document.reference, document.checksum.clone()).await?;
    bytes.try_for_each(|_| std::future::ready(Ok(()))).await
}
