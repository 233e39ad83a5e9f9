//! Issues as sentences, in French and English.

use super::{Along, Detail, Fact, Issue, IssueCode, MappingFault, Subject};
use crate::language::Language;

impl Issue {
    /// The issue as a French sentence: where, what, and what helps.
    #[must_use]
    pub fn french(&self) -> String {
        self.message(Language::French)
    }

    /// The issue as an English sentence: where, what, and what helps.
    #[must_use]
    pub fn english(&self) -> String {
        self.message(Language::English)
    }

    /// The issue as a sentence in a language.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let (french, english) = sentence(self.code);
        let sentence = language.pick(french, english);
        let place = self.place(language);
        let colon = language.pick(" : ", ": ");
        let hint = self.detail.hint(language);
        let gap = if hint.is_empty() { "" } else { " " };
        if place.is_empty() {
            format!("{sentence}{gap}{hint}")
        } else {
            format!("{place}{colon}{sentence}{gap}{hint}")
        }
    }

    fn place(&self, language: Language) -> String {
        let line = self.line.map(|line| format!("{} {line}", language.pick("ligne", "line")));
        let column = self
            .column
            .as_ref()
            .map(|name| format!("{} {}", language.pick("colonne", "column"), quoted(name, language)));
        let subject = self.subject.codes();
        let subject = (!subject.is_empty()).then(|| subject.join(" · "));
        [line, column, subject].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Subject {
    fn codes(&self) -> Vec<&str> {
        let all = [&self.territory, &self.indicator, &self.period, &self.breakdown];
        all.into_iter().flatten().map(String::as_str).collect()
    }
}

fn quoted(name: &str, language: Language) -> String {
    match language {
        Language::French => format!("« {name} »"),
        Language::English => format!("“{name}”"),
    }
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>, language: Language) -> String {
    names.into_iter().map(|name| quoted(name, language)).collect::<Vec<_>>().join(", ")
}

const fn sentence(code: IssueCode) -> (&'static str, &'static str) {
    match code {
        IssueCode::UnknownTerritory => ("aucun territoire ne porte ce code.", "no territory has this code."),
        IssueCode::VintageMismatch => (
            "ce territoire existe, mais pas dans la géographie de la livraison.",
            "this territory exists, but not in the geography of the delivery.",
        ),
        IssueCode::LevelTooFine => (
            "ce territoire est plus fin que ce que l’indicateur permet.",
            "this territory is finer than the indicator goes.",
        ),
        IssueCode::UnknownIndicator => ("aucun indicateur ne porte ce code.", "no indicator has this code."),
        IssueCode::ForeignIndicator => {
            ("cet indicateur est celui d’une autre source.", "this indicator belongs to another source.")
        }
        IssueCode::DerivedIndicator => (
            "l’observatoire calcule lui-même cet indicateur à partir des effectifs protégés : retirez-le du fichier.",
            "the observatory works this indicator out itself from protected counts: take it out of the file.",
        ),
        IssueCode::UnknownDimension => ("aucune dimension ne porte ce code.", "no dimension has this code."),
        IssueCode::UnknownCategory => (
            "aucune modalité de la dimension ne porte ce code.",
            "no category of the dimension has this code.",
        ),
        IssueCode::ForeignDimension => (
            "cet indicateur n’est pas ventilé selon cette dimension.",
            "this indicator is not broken down by this dimension.",
        ),
        IssueCode::UnusedBreakdown => (
            "le catalogue ne prévoit pas ce croisement de dimensions.",
            "the catalogue does not cross these dimensions.",
        ),
        IssueCode::UnknownPeriod => (
            "ce n’est pas une période de 2000 à 2035 : attendu AAAA, AAAA-Qn ou AAAA-MM.",
            "this is no period between 2000 and 2035: expected YYYY, YYYY-Qn or YYYY-MM.",
        ),
        IssueCode::PeriodOutsideRelease => (
            "cette période n’est pas de l’année de la diffusion.",
            "this period is not of the release’s year.",
        ),
        IssueCode::EmptyField => ("le champ est vide.", "the field is empty."),
        IssueCode::DuplicateCell => ("cette case a déjà été lue.", "this cell has been read before."),
        IssueCode::NotANumber => (
            "le champ n’est ni un nombre ni un signe connu.",
            "the field is neither a number nor a known sign.",
        ),
        IssueCode::NegativeCount => ("l’effectif est négatif.", "the count is negative."),
        IssueCode::FractionalCount => ("l’effectif n’est pas entier.", "the count is not whole."),
        IssueCode::Premasked => (
            "cette case est déjà masquée par le fournisseur : il faut la vraie valeur pour protéger les autres.",
            "the provider has masked this cell already: the true value is needed to protect the others.",
        ),
        IssueCode::ContributorsContradict => (
            "le nombre d’unités ou la part de la plus grande ne peut pas être juste.",
            "the number of units or the share of the largest cannot be right.",
        ),
        IssueCode::MissingFact => (
            "la règle de secret de la source demande un fait que le fichier ne donne pas.",
            "the source’s rule of secrecy needs a fact that the file does not give.",
        ),
        IssueCode::TotalDiffers => {
            ("le total n’est pas la somme de ses parties.", "the total is not the sum of its parts.")
        }
        IssueCode::MoreThanWhole => (
            "la partie est plus grande que l’indicateur dont elle fait partie.",
            "the part is larger than the indicator that it is a part of.",
        ),
        IssueCode::PartsMissing => (
            "l’IRIS et le quartier prioritaire qui le coupe sont livrés sans leur partie commune.",
            "the IRIS and the priority neighbourhood that cuts it are delivered without the part that they share.",
        ),
        IssueCode::MissingTerritory => (
            "ce territoire manque alors que ses voisins sont livrés.",
            "this territory is missing although its neighbours are delivered.",
        ),
        IssueCode::MagnitudeJump => (
            "la valeur est au moins dix fois plus grande ou plus petite qu’à la dernière diffusion.",
            "the value is at least ten times larger or smaller than in the last release.",
        ),
        IssueCode::ColumnIgnored => {
            ("des colonnes du fichier ne servent à rien ici.", "columns of the file are not used.")
        }
        IssueCode::UnknownColumn => {
            ("le fichier n’a pas cette colonne.", "the file does not have this column.")
        }
        IssueCode::UnknownSource => ("aucune source ne porte ce code.", "no source has this code."),
        IssueCode::MappingInvalid => ("la correspondance n’a pas de sens.", "the mapping makes no sense."),
        IssueCode::NoRows => ("le fichier n’a aucune ligne de données.", "the file has no row of data."),
    }
}

impl Detail {
    fn hint(&self, language: Language) -> String {
        match language {
            Language::French => self.french(),
            Language::English => self.english(),
        }
    }

    fn french(&self) -> String {
        let language = Language::French;
        match self {
            Self::None => String::new(),
            Self::Unknown { name, nearest } => {
                let read = name.as_ref().map(|name| format!("Lu : {}.", quoted(name, language)));
                let near = (!nearest.is_empty()).then(|| format!("Existe : {}.", list(nearest, language)));
                read.into_iter().chain(near).collect::<Vec<_>>().join(" ")
            }
            Self::Vintage { asked, exists } => {
                format!("Livraison : {asked} ; le code existe en : {}.", years(exists, "aucune année connue"))
            }
            Self::Year { release } => format!("Année de la diffusion : {release}."),
            Self::First { line } => format!("Première fois : ligne {line}."),
            Self::Sum { along, cells } => {
                let along = match along {
                    Along::Territories => "Somme par territoire",
                    Along::Categories => "Somme par modalité",
                    Along::Quarters => "Somme par trimestre",
                    Along::Parts => "Les parties dans les quartiers dépassent l’IRIS",
                };
                format!("{along} ; cases concernées : {cells}.")
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
            Self::Mapping { fault } => fault.texts().0.to_owned(),
        }
    }

    fn english(&self) -> String {
        let language = Language::English;
        match self {
            Self::None => String::new(),
            Self::Unknown { name, nearest } => {
                let read = name.as_ref().map(|name| format!("Read: {}.", quoted(name, language)));
                let near = (!nearest.is_empty()).then(|| format!("There is: {}.", list(nearest, language)));
                read.into_iter().chain(near).collect::<Vec<_>>().join(" ")
            }
            Self::Vintage { asked, exists } => {
                format!("Delivery: {asked}; the code exists in: {}.", years(exists, "no known year"))
            }
            Self::Year { release } => format!("Year of the release: {release}."),
            Self::First { line } => format!("First time: line {line}."),
            Self::Sum { along, cells } => {
                let along = match along {
                    Along::Territories => "Sum over territories",
                    Along::Categories => "Sum over categories",
                    Along::Quarters => "Sum over quarters",
                    Along::Parts => "The parts in neighbourhoods are more than the IRIS",
                };
                format!("{along}; cells concerned: {cells}.")
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
            Self::Vintage => (
                "L’observatoire ne connaît pas la géographie de cette année.",
                "The observatory does not know the geography of this year.",
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
