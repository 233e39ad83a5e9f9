//! Charts, maps and profiles as files.

use axum::{
    body::Body,
    http::{Method, Response},
};

use super::{
    App, Manner,
    files::{self, Asked, Described, Making, Turns},
};
use crate::{
    error::{Code, Refusal},
    export::{self, Drawing, DrawingFormat, ExportError, LARGEST},
    graphql::address::DrawingAddress,
    present::Names,
};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A chart.
    Chart,
    /// A map.
    Map,
    /// A profile.
    Profile,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Map => "map",
            Self::Profile => "profile",
        }
    }

    const fn formats(self) -> &'static [DrawingFormat] {
        match self {
            Self::Chart => DrawingFormat::OF_CHARTS,
            Self::Map => DrawingFormat::OF_MAPS,
            Self::Profile => DrawingFormat::OF_PROFILES,
        }
    }

    fn read(self, parameters: &[(String, String)]) -> Result<DrawingAddress, Refusal> {
        match self {
            Self::Chart => DrawingAddress::of_chart(parameters),
            Self::Map => DrawingAddress::of_map(parameters),
            Self::Profile => DrawingAddress::of_profile(parameters),
        }
    }
}

/// Answers a chart, a map or a profile as a file.
///
/// # Errors
///
/// [`Code::NotFound`] for an unknown format, [`Code::ChartInvalid`] or [`Code::MapInvalid`] for a picture that is too
/// large, and those of the chart or map.
pub async fn answer(
    app: &App,
    turns: &Turns,
    asked: Asked<'_>,
    (kind, manner): (Kind, Manner),
) -> Result<Response<Body>, Refusal> {
    let formats = kind.formats();
    let known = formats.iter().copied().find(|format| format.word() == asked.format);
    let format = known.ok_or_else(|| files::unknown_format(formats.iter().map(|format| format.word())))?;
    let address = kind.read(asked.parameters)?;
    let (width, language) = (address.width, address.language.unwrap_or(manner.language));
    let making = Making::begin(app, turns, asked.headers, language).await?;
    let subject = address.subject(&making.session).await?;
    let written = making.write(app, format!("{} {}", kind.word(), format.word()), move |reading, stamp| {
        let names = Names { catalogue: reading.catalogue(), gazetteer: reading.gazetteer(), language };
        export::draw(format, Drawing { subject: &subject, names, stamp, width })
    });
    let (written, (stamp, facts)) = written.await?;
    let bytes = written.map_err(|cause| match cause {
        ExportError::TooLarge(wide, high) => too_large(kind, (wide, high)),
        cause => files::failed(&cause),
    })?;
    let length = bytes.len() as u64;
    let body = if asked.method == Method::HEAD { Body::empty() } else { Body::from(bytes) };
    let mut response = Response::new(body);
    let name = (kind.word(), format.extension());
    Described { name, media_type: format.media_type(), language, stamp: &stamp, length }
        .insert(response.headers_mut());
    response.extensions_mut().insert(facts);
    Ok(response)
}

fn too_large(kind: Kind, (wide, high): (u32, u32)) -> Refusal {
    let code = match kind {
        Kind::Chart => Code::ChartInvalid,
        Kind::Map => Code::MapInvalid,
        Kind::Profile => Code::ProfileInvalid,
    };
    let (widest, highest) = LARGEST;
    Refusal::new(
        code,
        format!(
            "L’image aurait {wide}\u{a0}×\u{a0}{high} pixels\u{202f}; la limite est de {widest}\u{a0}×\u{a0}{highest}. Montrez moins, ou demandez le format svg."
        ),
        format!(
            "The picture would have {wide} × {high} pixels; the limit is {widest} × {highest}. Show less, or ask for svg."
        ),
    )
}
