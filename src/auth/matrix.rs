//! The policy, printed: caller × source × purpose × level → shown, or the reason withheld.
//!
//! Worked out by asking the policy itself, so that a reviewer reads what the server does.

use std::{collections::HashSet, fmt::Write, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use entity::types::{Audience, Level, PartnerCode, PartnerKind, Purpose, Purposes, Role};

use super::{
    Access, Action, AgreementTerms, Caller, GrantTerms, Identity, Membership, SourceTerms, Viewer,
    policy::{self, Place},
};

const SOURCE: i32 = 1;
const AGREEMENT: i32 = 7;
const PARTNER: i32 = 10;
const PROCESSOR: i32 = 20;
const OWN: [i32; 2] = [100, 101];

/// A caller of the matrix, with a viewer for each purpose that they may declare.
struct Row {
    name: &'static str,
    caller: fn(Option<Purpose>) -> Caller,
}

/// A kind of source.
struct Column {
    name: &'static str,
    audience: Audience,
    agreement: bool,
    embargoed: bool,
    /// Whether the agreement demands a training below the commune.
    training: bool,
}

const ROWS: &[Row] = &[
    Row { name: "public", caller: |_| Caller::Public },
    Row { name: "reader of a signatory", caller: |purpose| member(&[Role::Reader], purpose) },
    Row { name: "third-party dashboard of a signatory", caller: |purpose| dashboard(Role::Reader, purpose) },
    Row {
        name: "third-party dashboard with an analyst’s token",
        caller: |purpose| dashboard(Role::Analyst, purpose),
    },
    Row { name: "analyst of a signatory", caller: |purpose| member(&[Role::Analyst], purpose) },
    Row { name: "referent of a signatory", caller: |purpose| member(&[Role::Referent], purpose) },
    Row {
        name: "referent, by the token alone",
        caller: |purpose| {
            let mut caller = member(&[Role::Referent], purpose);
            if let Caller::Known { membership, .. } = &mut caller {
                Arc::make_mut(membership).office = false;
            }
            caller
        },
    },
    Row { name: "analyst, not signed", caller: |purpose| changed(purpose, |member| member.signed = false) },
    Row {
        name: "analyst, no referent",
        caller: |purpose| changed(purpose, |member| member.referent = false),
    },
    Row { name: "analyst with a grant", caller: |purpose| changed(purpose, |member| granted(member, false)) },
    Row {
        name: "analyst with an unmasked grant",
        caller: |purpose| changed(purpose, |member| granted(member, true)),
    },
    Row {
        name: "analyst with a grant under an agreement that is over",
        caller: |purpose| {
            changed(purpose, |member| {
                granted(member, true);
                member.grants.iter_mut().for_each(|grant| grant.agreement_id = AGREEMENT - 1);
            })
        },
    },
    Row {
        name: "analyst who has been trained",
        caller: |purpose| changed(purpose, |member| member.trained_on = Some(NaiveDate::default())),
    },
    Row {
        name: "provider of the source",
        caller: |purpose| organisation("PROV", PartnerKind::Provider, Role::Provider, purpose),
    },
    Row {
        name: "another provider",
        caller: |purpose| organisation("AUTRE", PartnerKind::Provider, Role::Provider, purpose),
    },
    Row {
        name: "processor",
        caller: |purpose| organisation("FIRME", PartnerKind::Processor, Role::Processor, purpose),
    },
    Row {
        name: "operator",
        caller: |purpose| organisation("AGGLO", PartnerKind::Agglomeration, Role::Operator, purpose),
    },
    Row {
        name: "a commune that claims to be operator",
        caller: |purpose| member(&[Role::Operator], purpose),
    },
];

const COLUMNS: &[Column] = &[
    Column { name: "public", audience: Audience::Public, agreement: true, embargoed: false, training: false },
    Column {
        name: "public, embargoed",
        audience: Audience::Public,
        agreement: true,
        embargoed: true,
        training: false,
    },
    Column {
        name: "signatories",
        audience: Audience::Signatories,
        agreement: true,
        embargoed: false,
        training: false,
    },
    Column {
        name: "signatories, embargoed",
        audience: Audience::Signatories,
        agreement: true,
        embargoed: true,
        training: false,
    },
    Column {
        name: "signatories, no agreement",
        audience: Audience::Signatories,
        agreement: false,
        embargoed: false,
        training: false,
    },
    Column {
        name: "signatories, training demanded",
        audience: Audience::Signatories,
        agreement: true,
        embargoed: false,
        training: true,
    },
    Column {
        name: "grantees",
        audience: Audience::Grantees,
        agreement: true,
        embargoed: false,
        training: false,
    },
];

const PLACES: &[(&str, i32, Level)] = &[
    ("agglomeration", 1, Level::Agglomeration),
    ("own commune", 100, Level::Commune),
    ("other commune", 200, Level::Commune),
    ("own IRIS", 101, Level::Iris),
    ("other IRIS", 201, Level::Iris),
    ("other neighbourhood", 202, Level::PriorityNeighbourhood),
    ("other remainder", 203, Level::Remainder),
];

/// Prints the matrix as a table in Markdown. The agreement of its sources covers needs analysis and urban
/// policy, down to IRIS, one's own territories below the commune; the grant covers needs analysis on one's own.
#[must_use]
pub fn print() -> String {
    let mut text = String::from(
        "Worked out for an example: a source whose agreement covers NEEDS_ANALYSIS and URBAN_POLICY, down to the IRIS, own territories only below the commune.\n\n",
    );
    text.push_str("| caller | source | purpose |");
    for (name, ..) in PLACES {
        let _ = write!(text, " {name} |");
    }
    text.push_str("\n|---|---|---|");
    text.push_str(&"---|".repeat(PLACES.len()));
    text.push('\n');
    for row in ROWS {
        for column in COLUMNS {
            for (purposes, line) in lines(row, column) {
                let _ = writeln!(text, "| {} | {} | {purposes} |{line}", row.name, column.name);
            }
        }
    }
    text.push_str("\n| caller | may |\n|---|---|\n");
    for row in ROWS {
        let viewer = viewer(row, None);
        let may = Action::ALL.iter().filter(|action| policy::allows(&viewer, **action));
        let scopes: Vec<&str> = may.map(|action| action.scope()).collect();
        let _ = writeln!(
            text,
            "| {} | {} |",
            row.name,
            if scopes.is_empty() { "–".to_owned() } else { scopes.join(", ") }
        );
    }
    text
}

/// The lines of a caller and a source; purposes with the same outcome share one.
fn lines(row: &Row, column: &Column) -> Vec<(String, String)> {
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    for purpose in std::iter::once(None).chain(Purpose::ALL.iter().copied().map(Some)) {
        let viewer = viewer(row, purpose);
        let cells: Vec<String> = PLACES
            .iter()
            .map(|(_, territory_id, level)| {
                let place = Place { territory_id: *territory_id, level: *level, embargoed: column.embargoed };
                match policy::figure(&viewer, &source(column), place) {
                    Access::Shown => "shown".to_owned(),
                    Access::Cleared(_) => "true number".to_owned(),
                    Access::Refused(reason) => reason.word().to_owned(),
                }
            })
            .collect();
        let line = format!(" {} |", cells.join(" | "));
        let word = purpose.map_or("none", Purpose::word);
        match lines.iter_mut().find(|(_, known)| *known == line) {
            Some((purposes, _)) => purposes.push(word),
            None => lines.push((vec![word], line)),
        }
    }
    let every = Purpose::ALL.len() + 1;
    let name =
        |purposes: Vec<&str>| if purposes.len() == every { "any".to_owned() } else { purposes.join(", ") };
    lines.into_iter().map(|(purposes, line)| (name(purposes), line)).collect()
}

fn viewer(row: &Row, purpose: Option<Purpose>) -> Viewer {
    Viewer { caller: (row.caller)(purpose), now: DateTime::<Utc>::UNIX_EPOCH }
}

fn code(text: &str) -> PartnerCode {
    PartnerCode::parse(text).unwrap_or_else(|_| unreachable!("the matrix's codes are codes"))
}

fn source(column: &Column) -> SourceTerms {
    let agreement = AgreementTerms {
        id: AGREEMENT,
        finest_level: Level::Iris,
        own_territories_below: Some(Level::Commune),
        purposes: [Purpose::NeedsAnalysis, Purpose::UrbanPolicy].into_iter().collect(),
        processor_id: Some(PROCESSOR),
        training_months: column.training.then_some(24),
    };
    SourceTerms {
        source_id: SOURCE,
        audience: column.audience,
        provider: code("PROV"),
        agreements: if column.agreement { vec![agreement] } else { Vec::new() },
    }
}

fn known(identity: Identity, partner_id: i32, kind: PartnerKind) -> Caller {
    let membership = Membership {
        partner_id,
        code: identity.partner.clone(),
        kind,
        signed: true,
        referent: true,
        territories: OWN.into_iter().collect(),
        grants: Vec::new(),
        office: true,
        trained_on: None,
    };
    Caller::Known { identity, membership: Arc::new(membership) }
}

fn identity(partner: &str, roles: &[Role], purpose: Option<Purpose>) -> Identity {
    Identity {
        subject: "somebody".to_owned(),
        client: None,
        partner: code(partner),
        roles: roles.to_vec(),
        purposes: Purposes::all(),
        purpose,
    }
}

fn member(roles: &[Role], purpose: Option<Purpose>) -> Caller {
    known(identity("CCAS-ICI", roles, purpose), PARTNER, PartnerKind::Ccas)
}

fn dashboard(role: Role, purpose: Option<Purpose>) -> Caller {
    let identity =
        Identity { client: Some("dashboard".to_owned()), ..identity("CCAS-ICI", &[role], purpose) };
    known(identity, PARTNER, PartnerKind::Ccas)
}

fn changed(purpose: Option<Purpose>, change: fn(&mut Membership)) -> Caller {
    let mut caller = member(&[Role::Analyst], purpose);
    if let Caller::Known { membership, .. } = &mut caller {
        change(Arc::make_mut(membership));
    }
    caller
}

fn granted(member: &mut Membership, unmasked: bool) {
    let territories: HashSet<i32> = OWN.into_iter().collect();
    let purposes = std::iter::once(Purpose::NeedsAnalysis).collect();
    member.grants.push(GrantTerms {
        source_id: SOURCE,
        agreement_id: AGREEMENT,
        finest_level: Level::Iris,
        purposes,
        territories,
        unmasked,
    });
}

fn organisation(partner: &str, kind: PartnerKind, role: Role, purpose: Option<Purpose>) -> Caller {
    let id = if kind == PartnerKind::Processor { PROCESSOR } else { PARTNER };
    known(identity(partner, &[role], purpose), id, kind)
}
