//! Answers on their way out: how much of them is held in memory at once, for readers who are slow or never read.

use std::{
    net::IpAddr,
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

use super::{
    answer, ask, rate,
    shares::{Share, Shares},
};
use crate::error::Refusal;

/// Longest answer that is not counted, in bytes: it costs less than the connection that it goes out by.
const SHORT: u64 = 256 << 10;
/// The same of what is streamed, of which a connection has many.
const SHORT_PART: usize = 16 << 10;
/// Most bytes of longer ones at once, and most of one address.
const MOST: usize = 256 << 20;
const MOST_OF_ONE: usize = 64 << 20;
/// How much is handed to a connection at once, in bytes: it takes no more before its reader does.
const PIECE: usize = 64 << 10;

/// How much may still be on its way.
#[derive(Clone)]
pub struct Outgoing(Arc<Shares>);

impl Default for Outgoing {
    fn default() -> Self {
        Self(Shares::new(MOST, MOST_OF_ONE))
    }
}

/// Room for an answer, held until it has gone out; by default for a few words.
#[derive(Default)]
pub struct Room(#[expect(dead_code, reason = "held, and given back when it is dropped")] Option<Share>);

impl Outgoing {
    /// Room for a part of a stream, for an address.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::error::Code::Unavailable) where there is none.
    pub fn part(&self, address: Option<IpAddr>, length: usize) -> Result<Room, Refusal> {
        if length <= SHORT_PART {
            return Ok(Room(None));
        }
        self.0.take(address, length).map(|share| Room(Some(share))).ok_or_else(full)
    }
}

fn full() -> Refusal {
    metrics::counter!("observatoire_overloaded_total").increment(1);
    Refusal::unavailable()
}

/// What of a long answer goes out at once.
pub fn piece(of: &mut Bytes) -> Bytes {
    of.split_to(of.len().min(PIECE))
}

/// Answers a request where there is room for the answer.
pub async fn bounded(
    State((outgoing, behind_proxy)): State<(Outgoing, bool)>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let (manner, _) = ask::manner(request.headers());
    let address = rate::address(request.headers(), rate::peer(&request), behind_proxy);
    let response = next.run(request).await;
    // What comes piece by piece, as files do, is not in memory.
    let Some(length) = response.body().size_hint().exact().filter(|length| *length > SHORT) else {
        return response;
    };
    match outgoing.0.take(address, usize::try_from(length).unwrap_or(usize::MAX)) {
        Some(room) => response.map(|body| Body::new(Long { body, piece: Bytes::new(), _room: room })),
        None => answer::refused(&full(), manner),
    }
}

/// A long answer, which goes out in pieces and gives its room back when it has gone or nobody reads it any more.
struct Long {
    body: Body,
    /// What of it is left of a piece that came at once.
    piece: Bytes,
    _room: Share,
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
        Poll::Ready(Some(Ok(Frame::data(piece(&mut self.piece)))))
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

    use super::{Body, Outgoing, Request, Response, SHORT, SHORT_PART, bounded};

    const LONG: usize = 16 << 20;

    async fn answer(router: &Router, path: &str) -> Response<Body> {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    #[test]
    fn parts_of_streams_wait_for_readers_too_and_no_address_takes_all() {
        let outgoing = Outgoing::default();
        let [one, other] = ["10.0.0.1", "10.0.0.2"].map(|text| text.parse().ok());
        let mut held: Vec<_> = (0..4).map(|_| outgoing.part(one, LONG)).collect();
        assert!(held.iter().all(Result::is_ok) && outgoing.part(one, LONG).is_err());
        assert!(outgoing.part(one, SHORT_PART).is_ok() && outgoing.part(other, LONG).is_ok());
        held.pop();
        assert!(outgoing.part(one, LONG).is_ok());
    }

    #[tokio::test]
    async fn long_answers_wait_for_readers_up_to_an_end_and_short_ones_always_go_out() {
        let router = Router::new()
            .route("/long", get(|| async { vec![b'x'; LONG] }))
            .route("/short", get(|| async { vec![b'x'; SHORT as usize] }))
            .layer(from_fn_with_state((Outgoing::default(), false), bounded));
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
