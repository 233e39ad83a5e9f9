//! Server-sent events: one operation a connection, as graphql-sse’s distinct connections mode has it.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Request, Response, header},
};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::{
    answer,
    ask::{self, Asked, Operations},
    live::{Asker, End, Outlet, Told},
    operation::Takes,
    outgoing::{self, Room},
    rate,
    routes::{method, read, within},
    served::Served,
};
use crate::error::Refusal;

/// Events that wait for a reader.
const MOST_WAITING: usize = 16;

/// Whether a request asks for a stream of events, and for nothing else before it.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split(',').next().and_then(answer::weighed);
    first.is_some_and(|(media, weight)| media == "text/event-stream" && weight > 0.0)
}

/// Answers an operation as events.
pub async fn answer(
    served: Arc<Served>,
    parameters: &[(String, String)],
    request: Request<Body>,
) -> Response<Body> {
    let (mut manner, _) = served.manner(request.headers());
    // What is refused before the stream begins is told in the media type of GraphQL.
    manner.media = answer::Media::GraphqlResponse;
    let address = served.rate.address(request.headers(), rate::peer(&request));
    let (parts, body) = request.into_parts();
    // A page of another site can have a browser ask by GET.
    let takes = if parts.method == Method::POST { Takes::Streams } else { Takes::StreamsByGet };
    let begun = within(served.time_limit, async {
        let asked = match parts.method {
            Method::GET => ask::from_parameters(parameters)?,
            Method::POST => {
                ask::content_type(&parts.headers)?;
                match ask::from_body(&read(body, &parts.headers, served.body_limit).await?, 0)? {
                    Operations::One(asked) => asked,
                    Operations::Batch(_) => return Err(Refusal::internal()),
                }
            }
            _ => return Err(method()),
        };
        ask::viewer(&served.app, &parts.headers).await?;
        Ok(asked)
    });
    match begun.await {
        Ok(asked) => streamed(Asker { served, headers: parts.headers, manner, takes, address }, asked),
        Err(refusal) => answer::refused(&refusal, manner),
    }
}

fn streamed(asker: Asker, asked: Asked) -> Response<Body> {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    let manner = asker.manner;
    tokio::spawn(async move {
        let (mut outlet, mut answers) = (Events(sender.clone()), Events(sender));
        // A mutation is done whether the answer is read or not; whoever leaves ends what waits.
        let end = tokio::select! {
            end = asker.answer(asked, &mut answers) => end,
            () = outlet.closed() => return,
        };
        let wrong = match end {
            End::Complete => None,
            End::Refused(answer) => Some(answer),
            End::TokenGone(refusal) => Some(answer::refusal(&refusal, manner.language)),
        };
        if let Some(wrong) = wrong {
            outlet.send(Told::Next(wrong.to_string().into_bytes(), Room::default())).await;
        }
        let complete = Bytes::from_static(b"event: complete\ndata:\n\n");
        let _ = outlet.0.send((complete, Room::default())).await;
    });
    // What is left of an event, whose room is given back with the next one.
    let none = (Bytes::new(), Room::default());
    let events = stream::unfold((receiver, none), |(mut receiver, mut event)| async move {
        if event.0.is_empty() {
            event = receiver.recv().await?;
        }
        Some((Ok::<Bytes, Infallible>(outgoing::piece(&mut event.0)), (receiver, event)))
    });
    let mut response = Response::new(Body::from_stream(events));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(manner.language.tag()));
    // Proxies that gather answers before they pass them on are asked not to.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// A stream of events.
struct Events(mpsc::Sender<(Bytes, Room)>);

impl Events {
    async fn closed(&self) {
        self.0.closed().await;
    }
}

impl Outlet for Events {
    async fn send(&mut self, told: Told) -> bool {
        let event = match told {
            Told::Alive => (Bytes::from_static(b":\n\n"), Room::default()),
            Told::Next(json, room) => {
                let mut event = b"event: next\ndata: ".to_vec();
                event.extend(json);
                event.extend(b"\n\n");
                (Bytes::from(event), room)
            }
        };
        self.0.send(event).await.is_ok()
    }
}
