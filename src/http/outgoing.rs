//! Answers on their way out: how much of them is held in memory at once, for readers who are slow or never read.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::Response,
    middleware::Next,
};
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{answer, ask};
use crate::error::Refusal;

/// Longest answer that is not counted, in bytes: it costs less than the connection that it goes out by.
const SHORT: u64 = 256 << 10;
/// Most kibibytes of longer ones at once.
const MOST_KIBIBYTES: usize = 256 << 10;
/// How much is handed to a connection at once, in bytes: it takes no more before its reader does.
const PIECE: usize = 64 << 10;

/// How much may still be on its way.
#[derive(Clone)]
pub struct Outgoing(Arc<Semaphore>);

impl Default for Outgoing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_KIBIBYTES)))
    }
}

/// Answers a request where there is room for the answer.
pub async fn bounded(State(outgoing): State<Outgoing>, request: Request, next: Next) -> Response<Body> {
    let (manner, _) = ask::manner(request.headers());
    let response = next.run(request).await;
    // What comes piece by piece, as files do, is not in memory.
    let Some(length) = response.body().size_hint().exact().filter(|length| *length > SHORT) else {
        return response;
    };
    let kibibytes = u32::try_from(length >> 10).unwrap_or(u32::MAX);
    match outgoing.0.try_acquire_many_owned(kibibytes) {
        Ok(room) => response.map(|body| Body::new(Long { body, piece: Bytes::new(), _room: room })),
        Err(_) => {
            metrics::counter!("observatoire_overloaded_total").increment(1);
            answer::refused(&Refusal::unavailable(), manner)
        }
    }
}

/// A long answer, which goes out in pieces and gives its room back when it has gone or nobody reads it any more.
struct Long {
    body: Body,
    /// What of it is left of a piece that came at once.
    piece: Bytes,
    _room: OwnedSemaphorePermit,
}

impl HttpBody for Long {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.piece.is_empty() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.piece = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                other => return other,
            }
        }
        let length = self.piece.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.piece.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.piece.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.piece.len() as u64;
        match self.body.size_hint().exact() {
            Some(rest) => SizeHint::with_exact(rest + left),
            None => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::StatusCode, middleware::from_fn_with_state, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::{Body, Outgoing, Request, Response, SHORT, bounded};

    const LONG: usize = 16 << 20;

    async fn answer(router: &Router, path: &str) -> Response<Body> {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn long_answers_wait_for_readers_up_to_an_end_and_short_ones_always_go_out() {
        let router = Router::new()
            .route("/long", get(|| async { vec![b'x'; LONG] }))
            .route("/short", get(|| async { vec![b'x'; SHORT as usize] }))
            .layer(from_fn_with_state(Outgoing::default(), bounded));
        let mut unread = Vec::new();
        for _ in 0..16 {
            unread.push(answer(&router, "/long").await);
        }
        assert!(unread.iter().all(|answer| answer.status() == StatusCode::OK));
        assert_eq!(answer(&router, "/long").await.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer(&router, "/short").await.status(), StatusCode::OK);
        let read = unread.pop().unwrap().into_body().collect().await.unwrap().to_bytes();
        assert!(read.len() == LONG && read.iter().all(|byte| *byte == b'x'));
        assert_eq!(answer(&router, "/long").await.status(), StatusCode::OK);
    }
}
