//! What each code says, in French and English.

use super::IssueCode;

/// What a code says, in French and in English.
pub(super) const fn sentence(code: IssueCode) -> (&'static str, &'static str) {
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
        IssueCode::PeriodAhead => (
            "cette période n’a pas encore commencé : vérifiez l’année.",
            "this period has not begun yet: check the year.",
        ),
        IssueCode::AlreadyDelivered => (
            "ce fichier, lu de la même façon, a déjà été publié : le publier de nouveau ferait revenir ce qui a pu être corrigé depuis.",
            "this file, read the same way, has been published already: publishing it again would bring back what may have been corrected since.",
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
        IssueCode::FractionalCount => (
            "l’effectif n’est pas entier (un point ou une virgule entre les milliers ?).",
            "the count is not whole (a point or comma between thousands?).",
        ),
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
        IssueCode::NotCarried => (
            "ces cases ne passent pas dans la géographie demandée et ne seront pas diffusées.",
            "these cells do not pass into the geography that was asked for and will not be shown.",
        ),
        IssueCode::ColumnIgnored => {
            ("des colonnes du fichier ne servent à rien ici.", "columns of the file are not used.")
        }
        IssueCode::UnknownColumn => (
            "le fichier n’a pas cette colonne : nommez les siennes dans une correspondance (--mapping).",
            "the file does not have this column: name its own in a mapping (--mapping).",
        ),
        IssueCode::UnknownSource => ("aucune source ne porte ce code.", "no source has this code."),
        IssueCode::UnknownVintage => (
            "l’observatoire ne connaît pas la géographie de cette année (vintage, --vintage).",
            "the observatory does not know the geography of this year (vintage, --vintage).",
        ),
        IssueCode::MappingInvalid => (
            "la correspondance, ou une option qui la remplace, ne convient pas.",
            "the mapping, or an option instead of it, does not fit.",
        ),
        IssueCode::TooManyIssues => (
            "trop de problèmes : la suite du fichier n’a pas été lue, et ses totaux n’ont pas été vérifiés.",
            "too many problems: the rest of the file was not read, and its totals were not checked.",
        ),
        IssueCode::NoRows => ("le fichier n’a aucune ligne de données.", "the file has no row of data."),
    }
}
