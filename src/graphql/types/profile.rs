//! Profiles.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    Download, Indicator, Observation, Source, Territory,
    table::{DerivedFigure, names},
};
use crate::{
    error::Refusal,
    export::DrawingFormat,
    graphql::{
        context::{InSession, Session},
        cost,
        query::profiles::ProfileInput,
        scalars::Period,
        words::{GapTrend, Level},
    },
    present::profile::{self, Compared},
};

/// The portrait of a territory, as this viewer is told its figures.
pub struct Profile {
    profile: profile::Profile,
    input: ProfileInput,
}

/// A section of a profile.
pub struct ProfileSection(profile::Section);

/// A line of a profile: one indicator, or one category of it.
pub struct ProfileLine(profile::Line);

/// A territory beside the one that a profile is of.
pub struct ProfileComparison(profile::Comparison);

/// A template of profiles.
pub struct ProfileTemplate(pub profile::Template);

/// A rank among the territories of a level around a territory.
#[derive(SimpleObject)]
pub struct ProfileRank {
    /// The rank, the largest figure first; those withheld have none and do not count.
    rank: DerivedFigure,
    /// Among how many shown figures.
    among: i32,
}

impl Profile {
    /// The profile that was asked for.
    #[must_use]
    pub const fn new(profile: profile::Profile, input: ProfileInput) -> Self {
        Self { profile, input }
    }
}

fn territory(session: &Session, id: i32) -> Result<Territory, Refusal> {
    session.gazetteer().get(id).map(Territory::latest).ok_or_else(Refusal::internal)
}

/// The portrait of a territory, as this viewer is told its figures.
#[Object]
impl Profile {
    /// Title of the template, and the territory.
    #[graphql(complexity = "100")]
    async fn title(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.profile.title(names(context.session()?)))
    }

    /// What it is of.
    async fn territory(&self, context: &Context<'_>) -> Result<Territory, Refusal> {
        territory(context.session()?, self.profile.territory_id)
    }

    /// The territories beside it, in the order of each line’s comparisons.
    #[graphql(complexity = "cost::times(6, child_complexity)")]
    async fn comparators(&self, context: &Context<'_>) -> Result<Vec<Territory>, Refusal> {
        let session = context.session()?;
        self.profile.comparators.iter().map(|id| territory(session, *id)).collect()
    }

    /// Sections by theme; those without any figure of this territory are left out.
    #[graphql(complexity = "cost::times(8, child_complexity)")]
    async fn sections(&self) -> Vec<ProfileSection> {
        self.profile.sections.iter().cloned().map(ProfileSection).collect()
    }

    /// Indicators of the template of which nobody has a figure of this territory.
    #[graphql(complexity = "cost::times(20, child_complexity)")]
    async fn missing(&self) -> Vec<Indicator> {
        self.profile.missing.iter().copied().map(Indicator::new).collect()
    }

    /// What stands under it: what its signs mean, what to beware of, what is missing.
    #[graphql(complexity = "2_000")]
    async fn notes(&self, context: &Context<'_>) -> Result<Vec<String>, Refusal> {
        Ok(self.profile.notes(names(context.session()?)))
    }

    /// Sources of its figures.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn sources(&self, context: &Context<'_>) -> Result<Vec<Source>, Refusal> {
        Ok(self.profile.sources(names(context.session()?)).into_iter().map(Source::new).collect())
    }

    /// The profile as a page of HTML of its own, without script or picture from elsewhere, which prints on A4.
    #[graphql(complexity = "10_000")]
    async fn html(&self, context: &Context<'_>) -> Result<String, Refusal> {
        let session = context.session()?;
        let stamp = session.stamp().text(session.language());
        Ok(self.profile.html(names(session), &stamp))
    }

    /// Where it is had as a file.
    #[graphql(complexity = "cost::times(10, child_complexity)")]
    async fn downloads(&self, context: &Context<'_>) -> Result<Vec<Download>, Refusal> {
        let query = self.input.query(context.session()?.language());
        let download = |format: &DrawingFormat| Download::of_drawing("profile", *format, &query);
        Ok(DrawingFormat::OF_PROFILES.iter().map(download).collect())
    }
}

/// A section of a profile.
#[Object]
impl ProfileSection {
    /// Title.
    async fn title(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.title.in_language(context.session()?.language()))
    }

    /// Lines.
    #[graphql(complexity = "cost::times(6, child_complexity)")]
    async fn lines(&self) -> Vec<ProfileLine> {
        self.0.lines.iter().cloned().map(ProfileLine).collect()
    }
}

/// A line of a profile: one indicator, or one category of it.
#[Object]
impl ProfileLine {
    /// What it is called: the indicator, and the categories.
    async fn label(&self, context: &Context<'_>) -> Result<String, Refusal> {
        Ok(self.0.label(names(context.session()?)))
    }

    /// What is measured.
    async fn indicator(&self) -> Indicator {
        Indicator::new(self.0.told.key.indicator_id)
    }

    /// What is told of the territory, at the latest period that it has.
    async fn observation(&self) -> Observation {
        self.0.told.into()
    }

    /// The same since a period, ascending, the latest last.
    #[graphql(complexity = "cost::times(8, child_complexity)")]
    async fn series(&self) -> Vec<Observation> {
        self.0.series.told().iter().copied().map(Observation::from).collect()
    }

    /// First period of the series; null where there is one period alone.
    async fn since(&self) -> Option<Period> {
        self.0.since().map(Into::into)
    }

    /// Growth of a count in per cent, difference of anything else, since the first period of the series.
    async fn change(&self) -> Option<DerivedFigure> {
        self.0.change.map(Into::into)
    }

    /// Rank among the territories of its level in the smallest territory around it that has enough of them.
    async fn rank(&self) -> Option<ProfileRank> {
        let rank = self.0.rank?;
        let among = i32::try_from(rank.among).unwrap_or(i32::MAX);
        Some(ProfileRank { rank: rank.rank.into(), among })
    }

    /// Beside each comparator of the profile, in their order.
    #[graphql(complexity = "cost::times(4, child_complexity)")]
    async fn comparisons(&self) -> Vec<ProfileComparison> {
        self.0.comparisons.iter().cloned().map(ProfileComparison).collect()
    }
}

/// A territory beside the one that a profile is of.
#[Object]
impl ProfileComparison {
    /// What is told of it.
    async fn observation(&self) -> Observation {
        self.0.told.into()
    }

    /// Difference from it, of anything but counts.
    async fn gap(&self) -> Option<DerivedFigure> {
        match self.0.measure {
            Compared::Gap { now, .. } => Some(now.into()),
            Compared::Share(_) | Compared::Beside => None,
        }
    }

    /// The same at the first period of the series.
    async fn gap_before(&self) -> Option<DerivedFigure> {
        match self.0.measure {
            Compared::Gap { before, .. } => before.map(Into::into),
            Compared::Share(_) | Compared::Beside => None,
        }
    }

    /// Where the gap goes; null where one of its ends is not shown.
    async fn trend(&self) -> Option<GapTrend> {
        match self.0.measure {
            Compared::Gap { trend, .. } => trend.map(Into::into),
            Compared::Share(_) | Compared::Beside => None,
        }
    }

    /// Share of it, of counts within a territory that holds the one of the profile.
    async fn share(&self) -> Option<DerivedFigure> {
        match self.0.measure {
            Compared::Share(share) => Some(share.into()),
            Compared::Gap { .. } | Compared::Beside => None,
        }
    }
}

/// A template of profiles.
#[Object]
impl ProfileTemplate {
    /// Code.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Title.
    async fn title(&self, context: &Context<'_>) -> Result<&str, Refusal> {
        Ok(self.0.title.in_language(context.session()?.language()))
    }

    /// Levels of the territories that it describes.
    async fn levels(&self) -> Vec<Level> {
        self.0.levels.iter().copied().map(Into::into).collect()
    }

    /// Levels of the territories around that they are compared with.
    async fn comparators(&self) -> Vec<Level> {
        self.0.comparators.iter().copied().map(Into::into).collect()
    }

    /// How many years back changes reach.
    async fn years(&self) -> i32 {
        self.0.years
    }
}
