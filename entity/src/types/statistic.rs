//! What a figure is made of.

use super::words;

words! {
    /// Whom a source may reach, widest first.
    Audience {
        /// Everybody.
        Public = "PUBLIC",
        /// Signatories of the charter in force.
        Signatories = "SIGNATORIES",
        /// Signatories whose request the provider granted.
        Grantees = "GRANTEES",
    }
}

words! {
    /// What a figure counts or measures.
    Unit {
        /// Persons.
        Persons = "PERSONS",
        /// Households.
        Households = "HOUSEHOLDS",
        /// Dwellings.
        Dwellings = "DWELLINGS",
        /// Euro.
        Euro = "EURO",
        /// Per cent.
        Percent = "PERCENT",
        /// Per thousand.
        PerThousand = "PER_THOUSAND",
        /// A ratio of two figures.
        Ratio = "RATIO",
        /// An index.
        Index = "INDEX",
        /// Other things that are counted.
        Count = "COUNT",
    }
}

words! {
    /// How a figure comes about.
    Measure {
        /// A count; adds up.
        Count = "COUNT",
        /// A share of a whole.
        Rate = "RATE",
        /// A ratio of two magnitudes.
        Ratio = "RATIO",
        /// A median.
        Median = "MEDIAN",
        /// A mean.
        Mean = "MEAN",
        /// An amount of money.
        Amount = "AMOUNT",
        /// An index.
        Index = "INDEX",
    }
}

words! {
    /// Themes of the catalogue.
    Theme {
        /// Population.
        Demography = "DEMOGRAPHY",
        /// Families and households.
        Family = "FAMILY",
        /// Income and poverty.
        Income = "INCOME",
        /// Social benefits.
        Benefits = "BENEFITS",
        /// Employment.
        Employment = "EMPLOYMENT",
        /// Education.
        Education = "EDUCATION",
        /// Housing.
        Housing = "HOUSING",
        /// Health.
        Health = "HEALTH",
        /// Safety.
        Safety = "SAFETY",
        /// Municipal social action.
        SocialAction = "SOCIAL_ACTION",
    }
}

words! {
    /// Why a value is not shown.
    Withheld {
        /// Masked by the release's secrecy plan; primary and secondary read the same.
        StatisticalSecrecy = "STATISTICAL_SECRECY",
        /// This viewer's territory or level does not reach it.
        OutOfScope = "OUT_OF_SCOPE",
        /// The viewer's organisation has no signature of the charter in force.
        CharterNotSigned = "CHARTER_NOT_SIGNED",
        /// The viewer's organisation has no current referent.
        NoReferent = "NO_REFERENT",
        /// The request declares no purpose.
        PurposeNotDeclared = "PURPOSE_NOT_DECLARED",
        /// No agreement or grant in force opens the source for this use.
        NoAgreement = "NO_AGREEMENT",
        /// The viewer has attended no training that is recent enough for the source's finest levels.
        TrainingMissing = "TRAINING_MISSING",
        /// The release is under embargo.
        Embargo = "EMBARGO",
        /// Nobody has the figure.
        NotCollected = "NOT_COLLECTED",
        /// The figure makes no sense here.
        NotApplicable = "NOT_APPLICABLE",
        /// The figure is too uncertain to be shown.
        NotSignificant = "NOT_SIGNIFICANT",
    }
}

words! {
    /// Where a release stands.
    ReleaseState {
        /// In the vault, not planned.
        Staged = "STAGED",
        /// Planned: what would be shown is decided, and nobody reads it yet.
        Planned = "PLANNED",
        /// What everybody reads.
        Published = "PUBLISHED",
        /// Replaced by a later one.
        Superseded = "SUPERSEDED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
    }
}

/// A breakdown as one text: `AGE=25_39;SEXE=F`, dimensions in alphabetical order; empty for the total.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct Breakdown(Box<str>);

/// Two categories of one dimension, or a text that is no breakdown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ventilation incohérente : {0}")]
pub struct InvalidBreakdown(pub String);

impl Breakdown {
    /// Puts categories, given as (dimension, category), into canonical order.
    ///
    /// # Errors
    ///
    /// [`InvalidBreakdown`] when a dimension comes twice, or a code holds `=` or `;`.
    pub fn of<'a>(
        categories: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidBreakdown> {
        let mut pairs: Vec<(&str, &str)> = categories.into_iter().collect();
        pairs.sort_unstable();
        let repeated = pairs.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let plain = |code: &str| !code.is_empty() && !code.contains(['=', ';']);
        if repeated || !pairs.iter().all(|(dimension, category)| plain(dimension) && plain(category)) {
            return Err(InvalidBreakdown(
                pairs.iter().map(|(dimension, _)| *dimension).collect::<Vec<_>>().join(", "),
            ));
        }
        let texts: Vec<String> =
            pairs.iter().map(|(dimension, category)| format!("{dimension}={category}")).collect();
        Ok(Self(texts.join(";").into()))
    }

    /// The categories as (dimension, category), dimensions in alphabetical order.
    pub fn categories(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split(';').filter_map(|pair| pair.split_once('='))
    }

    /// Whether this is the total.
    #[must_use]
    pub fn is_total(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Breakdown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::str::FromStr for Breakdown {
    type Err = InvalidBreakdown;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let pairs: Option<Vec<(&str, &str)>> = text.split(';').map(|pair| pair.split_once('=')).collect();
        Self::of(pairs.ok_or_else(|| InvalidBreakdown(text.chars().take(80).collect()))?)
    }
}
