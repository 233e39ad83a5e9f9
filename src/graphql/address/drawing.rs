//! Charts, maps and profiles.

use std::ops::RangeInclusive;

use super::{Parameters, Written, categories, list, parameters::word, periods, query, territories};
use crate::{
    error::Refusal,
    export::Subject,
    graphql::{
        batching::Batching,
        context::Session,
        query::{
            charts::{self, ChartInput},
            maps::{self, MapInput},
            profiles::{self, ProfileInput},
        },
        scalars::Period,
        types::{chart, map},
    },
    language::Language,
};

/// Every parameter of a chart, in the order in which addresses are written.
const OF_CHARTS: [&str; 17] = [
    "kind",
    "indicators",
    "territories",
    "level",
    "within",
    "asOf",
    "periods",
    "from",
    "to",
    "latest",
    "series",
    "categories",
    "breakdown",
    "dimensions",
    "mark",
    "width",
    "language",
];

/// Every parameter of a map.
const OF_MAPS: [&str; 16] = [
    "indicator",
    "territories",
    "level",
    "within",
    "asOf",
    "periods",
    "from",
    "to",
    "latest",
    "breakdown",
    "representation",
    "method",
    "classes",
    "bounds",
    "width",
    "language",
];

/// Every parameter of a profile.
const OF_PROFILES: [&str; 7] =
    ["territory", "template", "comparators", "nearest", "since", "until", "language"];

/// What an address asks to be drawn.
pub enum Drawn {
    /// A chart.
    Chart(ChartInput),
    /// A map.
    Map(MapInput),
    /// A profile.
    Profile(ProfileInput),
}

/// A chart, a map or a profile that an address asks for.
pub struct DrawingAddress {
    pub(super) drawn: Drawn,
    /// Language of its words, where the address names one.
    pub language: Option<Language>,
    /// Width of the drawing, in pixels.
    pub width: f64,
}

impl DrawingAddress {
    /// Reads the parameters of the address of a chart.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::error::Code::BadRequest), naming parameters and values.
    pub fn of_chart(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut given = Parameters::new(parameters, &OF_CHARTS);
        let kind = given.needed("kind");
        let (indicators, territories, periods) =
            (given.list("indicators").unwrap_or_default(), given.territories(), given.periods());
        let (series, categories) = (given.word("series"), given.word("categories"));
        let (breakdown, dimensions) = (given.categories("breakdown"), given.list("dimensions"));
        let mark = given.text("mark").map(str::to_owned);
        let read = |kind| ChartInput {
            kind,
            indicators,
            territories,
            periods,
            series,
            categories,
            breakdown,
            dimensions,
            mark,
        };
        Self::finish(given, (&chart::WIDTHS, chart::WIDTH), kind.map(|kind| Drawn::Chart(read(kind))))
    }

    /// Reads the parameters of the address of a map; bounds of classes have decimal points.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::error::Code::BadRequest), naming parameters and values.
    pub fn of_map(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut given = Parameters::new(parameters, &OF_MAPS);
        let indicator = given.text("indicator").map(str::to_owned);
        if indicator.is_none() {
            given.missing("indicator", ("le code d’un indicateur", "the code of an indicator"));
        }
        let (territories, periods) = (given.territories(), given.periods());
        let breakdown = given.categories("breakdown");
        let (representation, method) = (given.word("representation"), given.word("method"));
        let (classes, bounds) = (given.whole("classes"), given.numbers("bounds"));
        let read = |indicator| MapInput {
            indicator,
            territories,
            periods,
            breakdown,
            representation,
            method: method.unwrap_or_default(),
            classes: classes.unwrap_or(maps::CLASSES),
            bounds,
        };
        let drawn = indicator.map(|indicator| Drawn::Map(read(indicator)));
        Self::finish(given, (&map::WIDTHS, map::WIDTH), drawn)
    }

    /// Reads the parameters of the address of a profile.
    ///
    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::error::Code::BadRequest), naming parameters and values.
    pub fn of_profile(parameters: &[(String, String)]) -> Result<Self, Refusal> {
        let mut given = Parameters::new(parameters, &OF_PROFILES);
        let territory = given.text("territory").map(str::to_owned);
        if territory.is_none() {
            given.missing("territory", ("le code d’un territoire", "the code of a territory"));
        }
        let (template, comparators) = (given.text("template").map(str::to_owned), given.list("comparators"));
        let (since, until) =
            (given.text("since").map(Period::written), given.text("until").map(Period::written));
        let nearest = given.whole("nearest");
        let language = given.language();
        given.finish()?;
        let territory = territory.ok_or_else(Refusal::internal)?;
        let input = ProfileInput { territory, template, comparators, nearest, until, since };
        Ok(Self { drawn: Drawn::Profile(input), language, width: f64::from(chart::WIDTH) })
    }

    fn finish(
        mut given: Parameters<'_>,
        (widths, width): (&RangeInclusive<i32>, i32),
        drawn: Option<Drawn>,
    ) -> Result<Self, Refusal> {
        let language = given.language();
        let width = f64::from(given.within("width", widths).unwrap_or(width));
        given.finish()?;
        // What must be there and is not, is a fault that has been told.
        Ok(Self { drawn: drawn.ok_or_else(Refusal::internal)?, language, width })
    }

    /// The chart, map or profile, as the viewer of a session is told its figures.
    ///
    /// # Errors
    ///
    /// Those of `chart`, `map` and `profile` in the API.
    pub async fn subject(&self, session: &Session) -> Result<Subject, Refusal> {
        let drawing = async {
            Ok(match &self.drawn {
                Drawn::Chart(input) => Subject::Chart(charts::draw(session, input).await?.0),
                Drawn::Map(input) => Subject::Map(maps::draw(session, input).await?.0),
                Drawn::Profile(input) => Subject::Profile(profiles::read(session, input).await?),
            })
        };
        // Its loads wait for one another, as those of a document do.
        Batching::new(drawing, session.queue()).await
    }
}

impl ChartInput {
    /// The part after the path of the address of the same chart.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        let mut written: Written =
            vec![("kind", word(self.kind)), ("indicators", Some(list(&self.indicators)))];
        written.extend(territories(&self.territories));
        written.extend(periods(&self.periods));
        written.extend([
            ("series", self.series.and_then(word)),
            ("categories", self.categories.and_then(word)),
            ("breakdown", self.breakdown.as_deref().map(categories)),
            ("dimensions", self.dimensions.as_deref().map(list)),
            ("mark", self.mark.clone()),
            ("language", Some(language.tag().to_owned())),
        ]);
        query(written)
    }
}

impl ProfileInput {
    /// The part after the path of the address of the same profile.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        let period = |period: &Option<Period>| period.as_ref().map(ToString::to_string);
        query(vec![
            ("territory", Some(self.territory.clone())),
            ("template", self.template.clone()),
            ("comparators", self.comparators.as_deref().map(list)),
            ("nearest", self.nearest.map(|count| count.to_string())),
            ("since", period(&self.since)),
            ("until", period(&self.until)),
            ("language", Some(language.tag().to_owned())),
        ])
    }
}

impl MapInput {
    /// The part after the path of the address of the same map.
    #[must_use]
    pub fn query(&self, language: Language) -> String {
        let mut written: Written = vec![("indicator", Some(self.indicator.clone()))];
        written.extend(territories(&self.territories));
        written.extend(periods(&self.periods));
        written.extend([
            ("breakdown", self.breakdown.as_deref().map(categories)),
            ("representation", self.representation.and_then(word)),
            ("method", word(self.method)),
            ("classes", Some(self.classes.to_string())),
            ("bounds", self.bounds.as_deref().map(list)),
            ("language", Some(language.tag().to_owned())),
        ]);
        query(written)
    }
}
