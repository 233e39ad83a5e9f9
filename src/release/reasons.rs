//! Why no secrecy plan holds, in words that name indicators and territories by their codes.

use entity::types::Level;

use crate::{
    catalogue::Catalogue,
    geography::{Gazetteer, Overlap, Territory},
    secrecy::{
        engine::{
            PlanError,
            primary::{Fact, FactError},
        },
        plan::Unplannable,
        table::LayError,
    },
};

/// Why, in both languages: a clause without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// In French.
    pub french: String,
    /// In English.
    pub english: String,
}

impl Reasons {
    /// Why a delivery cannot be planned, and what to do.
    #[must_use]
    pub fn of(cause: &Unplannable, catalogue: &Catalogue, gazetteer: &Gazetteer) -> Self {
        let names = Names { catalogue, gazetteer };
        match cause {
            Unplannable::Lay(fault) => names.of_sheets(fault),
            Unplannable::Unprotectable { indicator_id, territory_id, .. } => names.place(
                (*indicator_id, *territory_id),
                "rien de ce qui peut encore être masqué ne protège un chiffre de",
                "nothing that may still be masked protects a figure of",
            ),
            Unplannable::Engine(PlanError::NotAdditive { .. }) => Self::new(
                "un total n’est pas la somme de ses parties ; livrez des chiffres qui s’additionnent",
                "a total is not the sum of its parts; deliver figures that add up",
            ),
            Unplannable::Engine(PlanError::ShownBefore { .. } | PlanError::Unprotectable { .. }) => {
                Self::new(
                    "un chiffre sensible ne peut plus être protégé, car d’autres ont déjà été diffusés",
                    "a sensitive figure can no longer be protected, for others have been published already",
                )
            }
            Unplannable::ToldToHolders { .. } => Self::new(
                "des partenaires qui ont lu des chiffres exacts d’une diffusion précédente sauraient en déduire d’autres ; livrez les mêmes chiffres, ou moins de détail",
                "partners who have read true numbers of an earlier release would work out others; deliver the same figures, or less detail",
            ),
            Unplannable::Engine(_) | Unplannable::Unproved(_) => Self::new(
                "le plan trouvé n’est pas prouvé ; c’est un défaut du serveur, signalez-le à l’opérateur",
                "the plan that was found is not proved; this is a fault of the server, tell the operator",
            ),
        }
    }

    fn new(french: impl Into<String>, english: impl Into<String>) -> Self {
        Self { french: french.into(), english: english.into() }
    }

    /// The same, and how many more figures it holds of.
    fn with_others(self, others: usize) -> Self {
        match others {
            0 => self,
            1 => Self::new(
                format!("{} (et un autre chiffre)", self.french),
                format!("{} (and one other figure)", self.english),
            ),
            many => Self::new(
                format!("{} (et {many} autres chiffres)", self.french),
                format!("{} (and {many} other figures)", self.english),
            ),
        }
    }

    /// The same, and what to do.
    fn remedy(self, french: &str, english: &str) -> Self {
        Self::new(format!("{} ; {french}", self.french), format!("{}; {english}", self.english))
    }
}

/// Most pieces of a territory that are named.
const MOST_PIECES: usize = 8;

/// Codes instead of numbers.
struct Names<'a> {
    catalogue: &'a Catalogue,
    gazetteer: &'a Gazetteer,
}

impl Names<'_> {
    fn of_sheets(&self, fault: &LayError) -> Reasons {
        match fault {
            LayError::Facts { indicator_id, territory_id, fault } => {
                let (french, english) = match fault {
                    FactError::Missing { fact, .. } => {
                        (format!("la règle ne connaît pas {} de", french(*fact)), format!("the rule does not know {fact} of"))
                    }
                    FactError::Contradictory { fact } => {
                        (format!("{} se contredit dans", french(*fact)), format!("{fact} contradicts another fact in"))
                    }
                };
                self.place((*indicator_id, *territory_id), &french, &english)
            }
            LayError::MoreThanWhole { part_id, whole_id, territory_id } => {
                let [part, whole] = [part_id, whole_id].map(|id| self.indicator(*id));
                let (french, english) = self.territory(*territory_id);
                Reasons::new(
                    format!("{part} dépasse {whole}, dont il est une partie, dans {french}"),
                    format!("{part} is more than {whole}, of which it is a part, in {english}"),
                )
            }
            LayError::Tangled { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "des marges se recoupent sans le croisement dont elles sont les marges, et le laisseraient deviner, pour",
                    "margins overlap without the crossing that they are margins of, and might tell it, for",
                )
                .remedy(
                    "livrez ce croisement pour tous les territoires et toutes les périodes, ou retirez l’une des ventilations",
                    "deliver that crossing for every territory and period, or leave one of the breakdowns out",
                ),
            LayError::Uncut { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "un territoire et un autre qui le recoupe sont livrés sans leur partie commune :",
                    "a territory and one that cuts it are delivered without the piece that they have in common:",
                )
                .remedy(
                    &format!("retirez l’un des deux, ou livrez les IRIS avec ces parties ({})", self.pieces(*territory_id)),
                    &format!("leave one of them out, or deliver the IRIS with these pieces ({})", self.pieces(*territory_id)),
                ),
            LayError::Categories { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "les modalités livrées ne font pas tout le total connu par ailleurs, pour",
                    "the categories that are there do not make up the total that is known otherwise, for",
                )
                .remedy(
                    "livrez aussi les modalités qui manquent, ou le total avec elles s’il a changé",
                    "deliver the missing categories too, or the total with them if it has changed",
                ),
            LayError::Unheld { part_id, whole_id, territory_id } => {
                let [part, whole] = [part_id, whole_id].map(|id| self.indicator(*id));
                let (french, english) = self.territory(*territory_id);
                Reasons::new(
                    format!("{part} est là sans {whole}, dont il est une partie, ni son propre total, alors que {whole} l’est pour un ensemble plus large que {french}"),
                    format!("{part} is there without {whole}, of which it is a part, and without its own total, while {whole} is for more than {english}"),
                )
                .remedy(
                    &format!("livrez {whole} pour les mêmes territoires, périodes et ventilations"),
                    &format!("deliver {whole} for the same territories, periods and breakdowns"),
                )
            }
            LayError::DividedAlike { part_id, other_id, whole_id, territory_id } => {
                let [part, other, whole] = [part_id, other_id, whole_id].map(|id| self.indicator(*id));
                let (french, english) = self.territory(*territory_id);
                Reasons::new(
                    format!("{part} et {other} sont tous deux détaillés plus finement que {whole}, dont ils sont des parties, pour {french}"),
                    format!("{part} and {other} are both divided more finely than {whole}, of which they are parts, for {english}"),
                )
                .remedy(
                    &format!("livrez {whole} pour les mêmes territoires, périodes et ventilations, ou retirez le détail de l’un des deux"),
                    &format!("deliver {whole} for the same territories, periods and breakdowns, or leave the detail of one of them out"),
                )
            }
            LayError::Incomplete { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "des parties manquent là où plusieurs sommes les lient, autour de",
                    "parts are missing where several sums bind them, around",
                )
                .remedy("livrez-les, ou retirez aussi leurs totaux", "deliver them, or leave their totals out too"),
            LayError::OtherGaps { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "il ne manque pas les mêmes parties que dans une diffusion de la même année, et ce qui les entoure a changé, pour",
                    "other parts are missing than in a release of the same year, and what is around them has changed, for",
                )
                .remedy(
                    "livrez aussi ce qui y manquait, ou rien de ce qui l’entoure",
                    "deliver what was missing there too, or nothing of what is around it",
                ),
            LayError::Outdated { indicator_id, territory_id, others } => self
                .place(
                    (*indicator_id, *territory_id),
                    "un chiffre déjà diffusé que cette livraison ne reprend pas la contredit, ou a eu plusieurs valeurs :",
                    "a figure that was released before and that this delivery does not bring again contradicts it, or has had several values:",
                )
                .with_others(*others)
                .remedy(
                    "livrez-le aussi, tel qu’il est aujourd’hui, avec ce qui l’entoure (mois et trimestres, parties et totaux, modalités à zéro comprises)",
                    "deliver it too, as it is today, with what is around it (months and quarters, parts and totals, categories that are zero as well)",
                ),
            LayError::OtherDivision { indicator_id, territory_id } => self
                .place(
                    (*indicator_id, *territory_id),
                    "une diffusion de la même période suit une autre génération de quartiers prioritaires :",
                    "a release of the same period follows another generation of priority neighbourhoods:",
                )
                .remedy(
                    "gardez la même génération pour toute la période (« generation » dans la correspondance)",
                    "keep one generation for the whole period (“generation” in the mapping)",
                ),
            LayError::NotACount { indicator_id, territory_id } => self.place(
                (*indicator_id, *territory_id),
                "un nombre n’est pas un compte d’unités entières dans",
                "a number is no count of whole units in",
            ),
        }
    }

    fn place(&self, (indicator_id, territory_id): (i32, i32), french: &str, english: &str) -> Reasons {
        let indicator = self.indicator(indicator_id);
        let (in_french, in_english) = self.territory(territory_id);
        Reasons::new(
            format!("{french} {indicator}, {in_french}"),
            format!("{english} {indicator}, {in_english}"),
        )
    }

    /// Codes under which the pieces of a territory are delivered, some of them, in the order of codes.
    fn pieces(&self, id: i32) -> String {
        let whole = self.gazetteer.get(id);
        let is_zone = |territory: &Territory| territory.level == Level::PriorityNeighbourhood;
        let piece = |overlap: &Overlap| {
            let (whole, other) = (whole?, self.gazetteer.get(overlap.other)?);
            match (is_zone(whole), is_zone(other)) {
                (true, false) if other.level == Level::Iris => Some(format!("{}/{}", other.code, whole.code)),
                (false, true) if whole.level == Level::Iris => Some(format!("{}/{}", whole.code, other.code)),
                _ => None,
            }
        };
        let mut pieces: Vec<String> = self.gazetteer.overlaps(id).iter().filter_map(piece).collect();
        pieces.sort_unstable();
        match pieces.as_slice() {
            [] => "212310101/QN02101M".to_owned(),
            few if few.len() <= MOST_PIECES => few.join(", "),
            many => format!("{}…", many.get(..MOST_PIECES).unwrap_or_default().join(", ")),
        }
    }

    fn indicator(&self, id: i32) -> String {
        self.catalogue
            .indicator_by_id(id)
            .map_or_else(|| id.to_string(), |indicator| indicator.code.to_string())
    }

    /// A territory's name and code; what is never shown has none.
    fn territory(&self, id: i32) -> (String, String) {
        match self.gazetteer.get(id) {
            Some(territory) => {
                let named = format!("{} ({})", territory.name, territory.code);
                (named.clone(), named)
            }
            None => ("un reste qui n’est pas diffusé".to_owned(), "a rest that is not published".to_owned()),
        }
    }
}

const fn french(fact: Fact) -> &'static str {
    match fact {
        Fact::Amount => "le montant",
        Fact::Contributors => "le nombre de contributeurs",
        Fact::Largest => "la part du plus grand contributeur",
        Fact::Inhabitants => "le nombre d’habitants",
        Fact::Households => "le nombre de ménages",
        Fact::Level => "l’échelon",
        Fact::LevelRule => "la règle de l’échelon",
        Fact::Groups => "les groupes de catégories",
    }
}
