//! Files of providers handed in.

use std::time::Duration;

use async_graphql::{Context, InputObject, Object, SimpleObject, Upload};
use delivery_reader::Options;

use super::upload;
use crate::{
    auth::{Action, Step},
    error::Refusal,
    graphql::{
        context::{InSession, Session},
        guard::{Requires, scope},
        scalars::DateTime,
        types::{Delivery, UserError, UserErrorCode, payload},
        words::DeliveryIssueCode,
    },
    import::{IssueCode, Mapping},
    release::{desk::NotReceived, intake::Parcel},
};

/// A file of a provider, and how it is read.
#[derive(InputObject)]
pub struct StageDeliveryInput {
    /// The file: CSV, XLSX, ODS, Parquet, SDMX-CSV or JSON-stat, alone, gzip or zip.
    file: Upload,
    /// Code of the source, such as `CAF-ALLOC`; that of the mapping where there is one.
    source: Option<String>,
    /// Mapping of the columns, as TOML; without it the file is in our own words, or in those of SDMX-CSV.
    mapping: Option<String>,
    /// Reads it with the mapping that the last delivery of the source came with, in place of `mapping`.
    #[graphql(default = false)]
    kept_mapping: bool,
    /// Year that it describes; that of the file where it is not said.
    period: Option<i32>,
    /// Year whose 1 January geography its codes use, without a mapping; the latest where it is not said.
    vintage: Option<i32>,
    /// Year whose 1 January geography its counts are carried forward into, where theirs is older.
    carry_to: Option<i32>,
    /// Sheet of a workbook; the first where it is not said.
    sheet: Option<String>,
    /// Checks the file and keeps nothing of it but what is wrong.
    #[graphql(default = false)]
    check_only: bool,
    /// Warnings that are accepted; the acceptance is kept.
    #[graphql(default)]
    accept: Vec<DeliveryIssueCode>,
    /// Nobody without the right sees its figures before.
    embargo_until: Option<DateTime>,
}

/// A file that was handed in.
#[derive(SimpleObject, Default)]
pub struct StageDeliveryPayload {
    /// Its record, however far it has come; null when it was not taken.
    pub delivery: Option<Delivery>,
    /// Why it was not taken.
    pub user_errors: Vec<UserError>,
}

/// Files of providers handed in.
#[derive(Default)]
pub struct Deliveries;

/// How long an answer waits for a small file to be staged.
const PATIENCE: Duration = Duration::from_secs(3);

/// Files of providers handed in.
#[Object]
impl Deliveries {
    /// Hands in a file: it is read, checked and, where nothing is wrong, staged, while the answer comes back. Its
    /// record says how far it has come and all that is wrong with it, never a value. Sent as a GraphQL multipart
    /// request. For the source’s provider, the processor that its agreement names, and the operator.
    #[graphql(
        guard = "Requires(Action::HandInDeliveries)",
        directive = scope::apply(Action::HandInDeliveries.scope().to_owned())
    )]
    async fn stage_delivery(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file, and how it is read.")] input: StageDeliveryInput,
    ) -> Result<StageDeliveryPayload, Refusal> {
        let session = context.acting()?;
        let upload = upload::received(context, &input.file)?;
        let embargo_until = match input.embargo_until.as_ref().map(DateTime::read).transpose() {
            Ok(instant) => instant,
            Err(no_instant) => {
                let message = (no_instant.french, no_instant.english);
                return Ok(refused(session, UserErrorCode::DateInvalid, Some("embargoUntil"), message));
            }
        };
        let text = match (&input.source, input.kept_mapping) {
            (Some(source), true) => session.reading().kept_mapping(source).await?,
            _ => input.mapping.clone(),
        };
        let mapping = match mapping(&input, text.as_deref()) {
            Ok(mapping) => mapping,
            Err(message) => {
                return Ok(refused(session, UserErrorCode::MappingInvalid, Some("mapping"), message));
            }
        };
        let parcel = Parcel {
            file: upload.content,
            file_name: upload::printable(&upload.filename),
            options: Options { sheet: input.sheet, ..Options::default() },
            mapping,
            mapping_text: text,
            year: input.period,
            accepted: input.accept.into_iter().map(IssueCode::from).collect(),
            only_check: input.check_only,
            embargo_until,
            partner_id: session.viewer().membership().map(|member| member.partner_id),
        };
        let leave = async |source_id: i32| session.reading().leave(Step::Stage, source_id).await;
        let received = session.desk().receive(leave, parcel, session.viewer().now, PATIENCE).await;
        match received {
            Ok(delivery) => {
                let files = session.anew().reading().deliveries().await?.iter();
                let file = files.clone().find(|file| file.delivery.id == delivery.id);
                Ok(StageDeliveryPayload {
                    delivery: file.cloned().map(|file| Delivery(Box::new(file))),
                    user_errors: Vec::new(),
                })
            }
            Err(NotReceived::Source(code)) => Ok(refused(
                session,
                UserErrorCode::SourceUnknown,
                Some("source"),
                (
                    format!(
                        "Aucune source que vous puissiez livrer n’a le code « {code} ». La convention avec le fournisseur d’une source confidentielle doit être en vigueur."
                    ),
                    format!(
                        "No source that you may hand in has the code “{code}”. The agreement with the provider of a confidential source must be in force."
                    ),
                ),
            )),
            Err(NotReceived::Crowded) => Ok(refused(
                session,
                UserErrorCode::TooManyDeliveries,
                None,
                (
                    "Trop de livraisons attendent déjà leur tour. Réessayez dans quelques minutes."
                        .to_owned(),
                    "Too many deliveries wait for their turn already. Try again in a few minutes.".to_owned(),
                ),
            )),
            Err(NotReceived::Shared(cause)) => Err(cause.into()),
            Err(NotReceived::Intake(cause)) => {
                tracing::error!(%cause, "a delivery was not received");
                Err(Refusal::internal())
            }
        }
    }
}

/// The mapping that comes with the file, or that of our own words; else why it does not fit, in both languages.
fn mapping(input: &StageDeliveryInput, text: Option<&str>) -> Result<Mapping, (String, String)> {
    if input.kept_mapping && (text.is_none() || input.mapping.is_some()) {
        return Err((
            "Aucune correspondance n’est gardée avec cette source, ou une autre est donnée : donnez-la une fois (« mapping »), sans « keptMapping »."
                .to_owned(),
            "No mapping is kept with this source, or another one is given: give it once (“mapping”), without “keptMapping”."
                .to_owned(),
        ));
    }
    let Some(text) = text else {
        let source = input.source.as_deref().ok_or_else(|| {
            (
                "Donnez le code de la source (« source ») ou une correspondance (« mapping »).".to_owned(),
                "Give the code of the source (“source”) or a mapping (“mapping”).".to_owned(),
            )
        })?;
        let vintage = input.vintage.unwrap_or(crate::geography::Vintage::LATEST.year());
        return Ok(Mapping { carry_to: input.carry_to, ..Mapping::own_words(source, vintage) });
    };
    let mut mapping = Mapping::read(text).map_err(|error| {
        (
            format!("La correspondance (TOML) ne se lit pas : {}.", error.french()),
            format!("The mapping (TOML) cannot be read: {}.", error.english()),
        )
    })?;
    mapping.carry_to = input.carry_to.or(mapping.carry_to);
    match input.source.as_deref().filter(|source| **source != *mapping.source) {
        None => Ok(mapping),
        Some(_) => Err((
            "La correspondance est celle d’une autre source que « source ».".to_owned(),
            "The mapping is that of another source than “source”.".to_owned(),
        )),
    }
}

fn refused(
    session: &Session,
    code: UserErrorCode,
    field: Option<&str>,
    (french, english): (String, String),
) -> StageDeliveryPayload {
    let language = session.language();
    let message = language.typeset(language.pick(&french, &english));
    let field = field.map(payload::path);
    StageDeliveryPayload { delivery: None, user_errors: vec![UserError { code, message, field }] }
}
