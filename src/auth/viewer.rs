//! The viewer of a request: who asks, for whom, what for, and where their organisation stands today.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::types::{Audience, Level, PartnerCode, PartnerKind, Purpose, Purposes, Role};

/// What a valid token says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Opaque subject of the token.
    pub subject: String,
    /// The third-party dashboard that asks, when it is not a person.
    pub client: Option<String>,
    /// Organisation that the bearer belongs to.
    pub partner: PartnerCode,
    /// Roles, as granted by the issuer.
    pub roles: Vec<Role>,
    /// Purposes that the token allows to declare.
    pub purposes: Purposes,
    /// The purpose that this request declares.
    pub purpose: Option<Purpose>,
}

/// A partner's prior agreement from a provider, in force today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantTerms {
    /// Source that it opens.
    pub source_id: i32,
    /// Agreement that it stands on, and ends with.
    pub agreement_id: i32,
    /// Finest level that it opens.
    pub finest_level: Level,
    /// What for.
    pub purposes: Purposes,
    /// Every territory that it reaches, those that lie in others included.
    pub territories: HashSet<i32>,
    /// Whether true numbers are opened within those territories.
    pub unmasked: bool,
}

/// Where the viewer's organisation stands on the day of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Row of the partner.
    pub partner_id: i32,
    /// Its code.
    pub code: PartnerCode,
    /// What it is to the observatory.
    pub kind: PartnerKind,
    /// Whether its signature of the charter is in force.
    pub signed: bool,
    /// Whether it has a current referent.
    pub referent: bool,
    /// Its own territories, with all that lies in them.
    pub territories: HashSet<i32>,
    /// Grants in force.
    pub grants: Vec<GrantTerms>,
    /// Whether the bearer of the token is one of its referents today.
    pub office: bool,
    /// The last day on which the bearer of the token attended a training.
    pub trained_on: Option<NaiveDate>,
}

/// An agreement in force on the day of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementTerms {
    /// Row of the agreement.
    pub id: i32,
    /// Finest level that it opens.
    pub finest_level: Level,
    /// Below this level a signatory sees only its own territories.
    pub own_territories_below: Option<Level>,
    /// What for.
    pub purposes: Purposes,
    /// Firm that may handle the deliveries.
    pub processor_id: Option<i32>,
    /// Below the commune, only for people who have attended a training in so many months.
    pub training_months: Option<u32>,
}

/// A source as the policy sees it on the day of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTerms {
    /// Row of the source.
    pub source_id: i32,
    /// Whom it may reach.
    pub audience: Audience,
    /// Who provides it.
    pub provider: PartnerCode,
    /// Agreements in force.
    pub agreements: Vec<AgreementTerms>,
}

/// The viewer: everything that the policy needs to know of who asks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who asks; nobody in particular without a token.
    pub caller: Caller,
    /// When they ask.
    pub now: DateTime<Utc>,
}

/// Somebody or nobody in particular.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A request without a token.
    Public,
    /// The bearer of a valid token.
    Known {
        /// What the token says.
        identity: Identity,
        /// Where their organisation stands.
        membership: Arc<Membership>,
    },
}

impl Viewer {
    /// The day of the request, in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// What the token says, when there is one.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        match &self.caller {
            Caller::Public => None,
            Caller::Known { identity, .. } => Some(identity),
        }
    }

    /// Where the viewer's organisation stands, when they have one.
    #[must_use]
    pub fn membership(&self) -> Option<&Membership> {
        match &self.caller {
            Caller::Public => None,
            Caller::Known { membership, .. } => Some(membership),
        }
    }

    /// Whether the viewer holds a role that fits their organisation. A program of a third party holds
    /// that of a reader at most; a referent is whoever was designated and is in office, whatever the token says.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        match &self.caller {
            Caller::Public => false,
            Caller::Known { identity, membership } => {
                let held = match &identity.client {
                    None => identity.roles.contains(&role),
                    Some(_) => role == Role::Reader && identity.roles.iter().any(|role| role.reads()),
                };
                let in_office = role != Role::Referent || membership.office;
                role.fits(membership.kind) && held && in_office
            }
        }
    }

    /// The purpose that the request declares.
    #[must_use]
    pub fn purpose(&self) -> Option<Purpose> {
        self.identity()?.purpose
    }
}
