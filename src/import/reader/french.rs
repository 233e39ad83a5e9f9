//! What is said of a fault, in French.

use crate::{
    doubt::{ArchiveDoubt, JsonDoubt, ParquetDoubt, Size, TableDoubt, WorkbookDoubt},
    fault::ReadFault,
    message::{Sentence, bytes},
};

/// What is wrong, and what to do.
pub(crate) fn sentence(fault: &ReadFault) -> Sentence {
    match fault {
        ReadFault::TooLarge { size, limit } => {
            let subject = match size {
                Size::File => "le fichier",
                Size::Unpacked => "le contenu décompressé",
                Size::Workbook => "le classeur décompressé",
                Size::Document => "le document JSON",
            };
            let limit = bytes(*limit, "Mio", "octets");
            Sentence::new(
                format!("{subject} dépasse {limit}"),
                "envoyez-le en plusieurs parties, ou au format CSV ou Parquet",
            )
        }
        ReadFault::TooManyRows { limit } => {
            Sentence::new(format!("le tableau a plus de {limit} lignes"), "envoyez-le en plusieurs fichiers")
        }
        ReadFault::TooManyColumns { limit } => Sentence::new(
            format!("le tableau a plus de {limit} colonnes"),
            "retirez les colonnes inutiles ou présentez les données en lignes",
        ),
        ReadFault::FieldTooLong { limit } => Sentence::new(
            format!("un champ dépasse {limit} octets"),
            "vérifiez que les guillemets se ferment, ou raccourcissez ce champ",
        ),
        ReadFault::Empty => {
            Sentence::new("il n’y a rien à lire", "envoyez un tableau avec une ligne d’en-tête")
        }
        ReadFault::NoHeader => Sentence::new(
            "une colonne n’a pas de nom",
            "nommez chaque colonne sur la première ligne, ou retirez les colonnes vides",
        ),
        ReadFault::DuplicateColumn => Sentence::new(
            "le nom de cette colonne est déjà celui d’une autre",
            "donnez à chaque colonne un nom différent",
        ),
        ReadFault::RaggedRow { expected, found } => Sentence::new(
            format!("la ligne n’a pas autant de champs que l’en-tête ({found} au lieu de {expected})"),
            "vérifiez les séparateurs et les guillemets",
        ),
        ReadFault::InvalidEncoding => Sentence::new(
            "des octets ne sont pas du texte dans l’encodage du fichier",
            "enregistrez-le à nouveau en UTF-8",
        ),
        ReadFault::Formula { .. } => {
            Sentence::new("une cellule contient une formule", "remplacez-la par sa valeur")
        }
        ReadFault::ArchivePath => Sentence::new(
            "un nom dans l’archive mène hors d’elle",
            "refaites une archive d’un seul fichier, sans chemin",
        ),
        ReadFault::ArchiveContent(doubt) => {
            let what = match doubt {
                ArchiveDoubt::Empty => "l’archive ne contient aucun fichier",
                ArchiveDoubt::Several => "l’archive contient plusieurs fichiers",
                ArchiveDoubt::Nested => "l’archive contient une archive",
                ArchiveDoubt::Encrypted => "l’archive est protégée par un mot de passe",
                ArchiveDoubt::Method => "l’archive emploie une compression qui n’est pas lue",
            };
            Sentence::new(what, "envoyez un seul fichier par archive zip ou gzip, sans mot de passe")
        }
        ReadFault::ArchiveBroken => {
            Sentence::new("l’archive est abîmée ou incomplète", "refaites-la et envoyez-la à nouveau")
        }
        ReadFault::Workbook(doubt) => match doubt {
            WorkbookDoubt::Broken => Sentence::new(
                "le classeur est abîmé ou protégé par un mot de passe",
                "enregistrez-le à nouveau, sans mot de passe",
            ),
            WorkbookDoubt::NoSheet => {
                Sentence::new("la feuille demandée n’existe pas dans le classeur", "vérifiez son nom")
            }
            WorkbookDoubt::Order => Sentence::new(
                "des cellules du classeur ne sont pas dans l’ordre",
                "ouvrez-le dans un tableur et enregistrez-le à nouveau",
            ),
        },
        ReadFault::Parquet(doubt) => {
            let what = match doubt {
                ParquetDoubt::Broken => "le fichier Parquet est abîmé",
                ParquetDoubt::Nested => "une colonne du fichier Parquet est imbriquée ou répétée",
                ParquetDoubt::Codec => {
                    "une colonne du fichier Parquet emploie une compression qui n’est pas lue"
                }
                ParquetDoubt::Type => "une valeur du fichier Parquet est d’un type qui n’est pas lu",
            };
            Sentence::new(what, "écrivez-le avec des colonnes simples et la compression Snappy")
        }
        ReadFault::JsonStat(doubt) => {
            let what = match doubt {
                JsonDoubt::Malformed => "le document n’est pas du JSON-stat bien formé",
                JsonDoubt::NotADataset => "le document JSON n’est pas un jeu de données JSON-stat 2.0",
                JsonDoubt::Dimensions => "les dimensions du jeu JSON-stat ne s’accordent pas entre elles",
                JsonDoubt::Cells => {
                    "les valeurs ou les statuts du jeu JSON-stat ne s’accordent pas avec ses dimensions"
                }
            };
            Sentence::new(what, "exportez à nouveau un jeu de classe «\u{a0}dataset\u{a0}», ou un CSV")
        }
        ReadFault::NotATable(doubt) => {
            let what = match doubt {
                TableDoubt::Separator => "la première ligne n’a ni point-virgule, ni virgule, ni tabulation",
                TableDoubt::Control => "le fichier contient des caractères de contrôle",
                TableDoubt::Quotes => "des guillemets ne se ferment pas à la fin de leur champ",
                TableDoubt::Document => "le fichier n’est pas d’un format lu",
            };
            Sentence::new(
                what,
                "envoyez un CSV, un classeur XLSX ou ODS, un fichier Parquet ou un jeu JSON-stat",
            )
        }
        ReadFault::Io(_) => Sentence::new("le fichier n’a pas pu être lu", "envoyez-le à nouveau"),
    }
}
