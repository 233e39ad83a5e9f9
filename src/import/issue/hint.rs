//! What helps to mend an issue, in French and English.

use super::{Along, CarryFault, Detail, Fact, MappingFault, text::quoted};
use crate::language::Language;

impl Detail {
    /// What helps to mend the issue; empty where there is nothing to say.
    pub(super) fn hint(&self, language: Language) -> String {
        match language {
            Language::French => self.french(),
            Language::English => self.english(),
        }
    }

    fn french(&self) -> String {
        let language = Language::French;
        match self {
            Self::None => String::new(),
            Self::Unknown { name, nearest, more } => {
                let read = name.as_ref().map(|name| format!("Lu : {}.", quoted(name, language)));
                let near = || format!("Existe : {}{}", list(nearest, language), end(*more));
                let near = (!nearest.is_empty()).then(near);
                read.into_iter().chain(near).collect::<Vec<_>>().join(" ")
            }
            Self::Vintage { asked, exists } => {
                format!("Livraison : {asked} ; le code existe en : {}.", years(exists, "aucune année connue"))
            }
            Self::Year { release } => format!("Année de la diffusion : {release}."),
            Self::First { line } => format!("Première fois : ligne {line}."),
            Self::Sum { along, dimension, cells } => {
                let along = match along {
                    Along::Territories => "Somme par territoire",
                    Along::Categories => "Somme par modalité",
                    Along::Periods => "Somme par trimestre ou par mois",
                    Along::Parts => "Les parties dans les quartiers dépassent l’IRIS",
                };
                let of = dimension.as_ref().map_or_else(String::new, |code| format!(" de {code}"));
                format!("{along}{of} ; cases concernées : {cells}.")
            }
            Self::Whole { indicator } => format!("Indicateur englobant : {indicator}."),
            Self::Cells { cells } => format!("Cases concernées : {cells}."),
            Self::Cut { neighbourhood, cells } => {
                format!("Quartier : {neighbourhood} ; cases concernées : {cells}.")
            }
            Self::Finest { level } => format!("Niveau le plus fin : {level}."),
            Self::Source { code } => format!("Sa source : {code}."),
            Self::Names { names } => {
                if names.is_empty() {
                    String::new()
                } else {
                    format!("Noms : {}.", list(names, language))
                }
            }
            Self::Fact { fact: Fact::Contributors } => {
                "Il manque le nombre d’unités derrière la case (contributors).".to_owned()
            }
            Self::Fact { fact: Fact::LargestShare } => {
                "Il manque la part, en pour cent, de la plus grande unité (largest).".to_owned()
            }
            Self::Premasked => {
                "Elle ne se déduit pas des autres : demandez au fournisseur l’effectif, ou une livraison sans ces lignes ni leurs totaux.".to_owned()
            }
            Self::Carried { why, cells } => format!("{} Cases concernées : {cells}.", why.texts().0),
            Self::Mapping { fault } => fault.texts().0.to_owned(),
        }
    }

    fn english(&self) -> String {
        let language = Language::English;
        match self {
            Self::None => String::new(),
            Self::Unknown { name, nearest, more } => {
                let read = name.as_ref().map(|name| format!("Read: {}.", quoted(name, language)));
                let near = || format!("There is: {}{}", list(nearest, language), end(*more));
                let near = (!nearest.is_empty()).then(near);
                read.into_iter().chain(near).collect::<Vec<_>>().join(" ")
            }
            Self::Vintage { asked, exists } => {
                format!("Delivery: {asked}; the code exists in: {}.", years(exists, "no known year"))
            }
            Self::Year { release } => format!("Year of the release: {release}."),
            Self::First { line } => format!("First time: line {line}."),
            Self::Sum { along, dimension, cells } => {
                let along = match along {
                    Along::Territories => "Sum over territories",
                    Along::Categories => "Sum over categories",
                    Along::Periods => "Sum over quarters or months",
                    Along::Parts => "The parts in neighbourhoods are more than the IRIS",
                };
                let of = dimension.as_ref().map_or_else(String::new, |code| format!(" of {code}"));
                format!("{along}{of}; cells concerned: {cells}.")
            }
            Self::Whole { indicator } => format!("Indicator of the whole: {indicator}."),
            Self::Cells { cells } => format!("Cells concerned: {cells}."),
            Self::Cut { neighbourhood, cells } => {
                format!("Neighbourhood: {neighbourhood}; cells concerned: {cells}.")
            }
            Self::Finest { level } => format!("Finest level: {level}."),
            Self::Source { code } => format!("Its source: {code}."),
            Self::Names { names } => {
                if names.is_empty() {
                    String::new()
                } else {
                    format!("Names: {}.", list(names, language))
                }
            }
            Self::Fact { fact: Fact::Contributors } => {
                "The number of units behind the cell is missing (contributors).".to_owned()
            }
            Self::Fact { fact: Fact::LargestShare } => {
                "The share of the largest unit, in per cent, is missing (largest).".to_owned()
            }
            Self::Premasked => {
                "It does not follow from others: ask the provider for the count, or for a delivery without these rows and their totals.".to_owned()
            }
            Self::Carried { why, cells } => format!("{} Cells concerned: {cells}.", why.texts().1),
            Self::Mapping { fault } => fault.texts().1.to_owned(),
        }
    }
}

fn years(years: &[i32], none: &str) -> String {
    let written: Vec<String> = years.iter().map(i32::to_string).collect();
    if written.is_empty() { none.to_owned() } else { written.join(", ") }
}

impl MappingFault {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Period => (
                "Il faut une colonne de périodes ou fixed_period, et un seul des deux.",
                "It takes a column of periods or fixed_period, and only one of them.",
            ),
            Self::Indicator => (
                "Il faut une colonne d’indicateurs ou fixed_indicator, et un seul des deux.",
                "It takes a column of indicators or fixed_indicator, and only one of them.",
            ),
            Self::Value => {
                ("Un fichier long demande une colonne de valeurs.", "A long file takes a column of values.")
            }
            Self::Wide => (
                "Un fichier large demande la colonne des territoires et des [[wide]], et aucune autre colonne.",
                "A wide file takes the column of territories and [[wide]], and no other column.",
            ),
            Self::Long => ("Un fichier long n’a pas de [[wide]].", "A long file has no [[wide]]."),
            Self::CarryTo => (
                "La géographie d’arrivée (carry_to, --carry-to) est inconnue, ou n’est pas postérieure à celle du fichier.",
                "The geography to carry into (carry_to, --carry-to) is unknown, or no later one than that of the file.",
            ),
            Self::Generation => (
                "Les quartiers prioritaires sont ceux de 2015 ou de 2024.",
                "Priority neighbourhoods are those of 2015 or 2024.",
            ),
            Self::ColumnTwice => {
                ("Le fichier a deux colonnes de ce nom.", "The file has two columns of this name.")
            }
        }
    }
}

impl CarryFault {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::Rate => (
                "Un taux ou une médiane ne s’additionne pas : demandez au fournisseur la valeur du nouveau territoire.",
                "A rate or a median does not add up: ask the provider for the figure of the new territory.",
            ),
            Self::Split => (
                "Le territoire a été scindé ou n’a pas de suite : demandez au fournisseur une livraison dans la nouvelle géographie.",
                "The territory was split, or nothing came after it: ask the provider for a delivery in the new geography.",
            ),
            Self::Incomplete => (
                "Il manque la même case d’un territoire avec lequel celui-ci a fusionné : demandez-la au fournisseur.",
                "The same cell of a territory that this one merged with is missing: ask the provider for it.",
            ),
        }
    }
}

/// How a list of names ends: with a full stop, or in the open.
const fn end(more: bool) -> &'static str {
    if more { ", …" } else { "." }
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>, language: Language) -> String {
    names.into_iter().map(|name| quoted(name, language)).collect::<Vec<_>>().join(", ")
}
