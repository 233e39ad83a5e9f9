//! Who is who under the charter.

use super::words;

words! {
    /// What a partner is to the observatory.
    PartnerKind {
        /// The agglomeration, which runs the observatory.
        Agglomeration = "AGGLOMERATION",
        /// A commune.
        Commune = "COMMUNE",
        /// A municipal social-action centre.
        Ccas = "CCAS",
        /// An organisation that provides data.
        Provider = "PROVIDER",
        /// The firm that centralises the deliveries.
        Processor = "PROCESSOR",
    }
}

words! {
    /// What a person (or a client) may act as for their partner.
    Role {
        /// Reads studies and figures down to communes.
        Reader = "READER",
        /// Reads figures at the finest levels that agreements open.
        Analyst = "ANALYST",
        /// Answers for the partner's agents; reads like an analyst.
        Referent = "REFERENT",
        /// Steward of a provider's sources.
        Provider = "PROVIDER",
        /// Centralises deliveries for the agglomeration.
        Processor = "PROCESSOR",
        /// Runs the observatory for the agglomeration.
        Operator = "OPERATOR",
    }
}

words! {
    /// What a meeting of the signatories is for.
    EventKind {
        /// A workshop on a study or a theme.
        Workshop = "WORKSHOP",
        /// A training in the use of the observatory and its rules.
        Training = "TRAINING",
    }
}

words! {
    /// How a partner contributes to the urban policy.
    ContributionKind {
        /// Data that it delivered.
        Data = "DATA",
        /// A study that it wrote.
        Study = "STUDY",
        /// An analysis that it gave to the others.
        Analysis = "ANALYSIS",
    }
}

impl PartnerKind {
    /// Whether a partner of this kind signs the charter: communes, their social-action centres, the agglomeration.
    #[must_use]
    pub const fn signs(self) -> bool {
        matches!(self, Self::Agglomeration | Self::Commune | Self::Ccas)
    }
}

impl Role {
    /// Whether somebody of a partner of this kind can hold the role. A commune's agent is never an operator.
    ///
    /// A social-action centre can be the provider of its own data.
    #[must_use]
    pub const fn fits(self, kind: PartnerKind) -> bool {
        match self {
            Self::Reader | Self::Analyst | Self::Referent => {
                matches!(kind, PartnerKind::Agglomeration | PartnerKind::Commune | PartnerKind::Ccas)
            }
            Self::Provider => matches!(kind, PartnerKind::Provider | PartnerKind::Ccas),
            Self::Processor => matches!(kind, PartnerKind::Processor),
            Self::Operator => matches!(kind, PartnerKind::Agglomeration),
        }
    }

    /// Whether it is the role of somebody who reads what signatories share.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Reader | Self::Analyst | Self::Referent)
    }
}

words! {
    /// The eight commitments of the charter, in its order.
    Commitment {
        /// Source data are used only with the provider's prior agreement.
        PriorAgreement = "PRIOR_AGREEMENT",
        /// Statistical secrecy, and secrecy of what studies say.
        StatisticalSecrecy = "STATISTICAL_SECRECY",
        /// For the collectivity's own use only.
        OwnUse = "OWN_USE",
        /// Studies circulate among signatories only.
        Circulation = "CIRCULATION",
        /// Contribution to the urban policy.
        UrbanPolicy = "URBAN_POLICY",
        /// Referents are designated.
        Referents = "REFERENTS",
        /// Workshops and shared analysis groups.
        Workshops = "WORKSHOPS",
        /// Training sessions.
        Training = "TRAINING",
    }
}

words! {
    /// Where a request to use a provider's sources stands.
    UseRequestState {
        /// The provider's steward has not decided yet.
        Requested = "REQUESTED",
        /// Granted, perhaps more narrowly than asked for.
        Granted = "GRANTED",
        /// Granted, and suspended by the operator.
        Suspended = "SUSPENDED",
        /// Granted, and past its last day.
        Expired = "EXPIRED",
        /// Refused by the provider's steward.
        Refused = "REFUSED",
        /// Taken back by who asked.
        Withdrawn = "WITHDRAWN",
        /// Granted, and revoked by the provider's steward.
        Revoked = "REVOKED",
    }
}
