//! Where partners stand with the commitments of the charter.

use async_graphql::{Context, Object, SimpleObject};

use super::Partner;
use crate::{
    charter::standing::{self, Facts},
    error::Refusal,
    graphql::{
        context::{InSession, Session},
        cost,
        words::{Commitment, ContributionKind},
    },
    language::Language,
};

/// Whether a partner keeps a commitment.
#[derive(SimpleObject)]
pub struct CommitmentStanding {
    /// The commitment.
    pub commitment: Commitment,
    /// Whether it is kept today.
    pub kept: bool,
    /// What is missing and what to do, in the caller’s language; null when it is kept.
    pub missing: Option<String>,
}

impl CommitmentStanding {
    /// Every commitment that concerns a partner.
    pub fn of(session: &Session, facts: &Facts) -> Vec<Self> {
        let language = session.language();
        let found = standing::commitments(facts, session.viewer().today()).into_iter();
        found
            .map(|(commitment, missing)| Self {
                commitment: commitment.into(),
                kept: missing.is_none(),
                missing: missing.map(|missing| language.typeset(missing.told(language))),
            })
            .collect()
    }
}

/// Where a partner stands with the commitments of the charter.
#[derive(SimpleObject)]
pub struct PartnerStanding {
    /// The partner.
    pub partner: Partner,
    /// Every commitment that concerns it.
    pub commitments: Vec<CommitmentStanding>,
}

/// What a partner contributed in a year.
#[derive(SimpleObject)]
pub struct ContributionCount {
    /// The year.
    pub year: i32,
    /// How.
    pub kind: ContributionKind,
    /// How often.
    pub count: u32,
}

/// A commitment of the charter.
#[derive(SimpleObject)]
pub struct CharterCommitment {
    /// The commitment.
    pub commitment: Commitment,
    /// What the partners commit themselves to, in the caller’s language.
    pub text: &'static str,
}

impl CharterCommitment {
    fn all(language: Language) -> Vec<Self> {
        let told = |commitment: &entity::types::Commitment| Self {
            commitment: (*commitment).into(),
            text: standing::text(*commitment, language),
        };
        entity::types::Commitment::ALL.iter().map(told).collect()
    }
}

/// The charter of the observatory.
pub struct Charter;

/// The charter of the observatory.
#[Object]
impl Charter {
    /// Its eight commitments.
    async fn commitments(&self, context: &Context<'_>) -> Result<Vec<CharterCommitment>, Refusal> {
        Ok(CharterCommitment::all(context.session()?.language()))
    }

    /// Where partners stand with them today: all for the operator, their own organisation for everybody else.
    #[graphql(complexity = "cost::times(50, child_complexity)")]
    async fn standings(&self, context: &Context<'_>) -> Result<Vec<PartnerStanding>, Refusal> {
        let session = context.session()?;
        let partners = session.reading().partners().await?.iter();
        let facts = session.standings.load_many(partners.clone().map(|partner| partner.id)).await?;
        let theirs = partners.filter_map(|partner| {
            let commitments = CommitmentStanding::of(session, facts.get(&partner.id)?);
            Some(PartnerStanding { partner: Partner(partner.clone()), commitments })
        });
        Ok(theirs.collect())
    }
}
