//! Operations whose answers are streamed, whatever carries them: queries and mutations answer once, subscriptions whenever
//! something happens. Each answer is a request of its own: the token, the rights and the limits are those of its moment.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::http::HeaderMap;
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Instant, interval_at, sleep},
};

use super::{
    answer::{self, Manner},
    ask::{self, Asked},
    operation::{self, Ran, Takes},
    outgoing::Room,
    requests,
    routes::within,
    served::Served,
};
use crate::{
    auth::token::LEEWAY_SECONDS,
    error::{Code, Refusal},
    graphql::{self, OperationKind},
    store::Happening,
};

/// How much longer than it says a token is good, for clocks that differ.
const LEEWAY: TimeDelta = TimeDelta::seconds(LEEWAY_SECONDS.cast_signed());
/// How often a stream shows that it is there.
const ALIVE: Duration = Duration::from_secs(12);
/// How often the rights of whoever waits are looked at, though nothing happens.
const LOOKED_AT: Duration = Duration::from_secs(10);

/// Who asks over a stream, and in which manner.
#[derive(Clone)]
pub struct Asker {
    /// What answers share.
    pub served: Arc<Served>,
    /// Headers of the request, or what stands for them.
    pub headers: HeaderMap,
    /// Language of the answers.
    pub manner: Manner,
    /// What may be asked.
    pub takes: Takes,
    /// The address that asks.
    pub address: Option<IpAddr>,
}

/// What goes out.
pub enum Told {
    /// An answer, as JSON, with the room that it takes until it has gone.
    Next(Vec<u8>, Room),
    /// Nothing, but the stream is there.
    Alive,
}

/// How an operation ends.
#[derive(Debug)]
pub enum End {
    /// All was told, or nobody reads any more.
    Complete,
    /// Nothing was executed: the answer that says why.
    Refused(Value),
    /// The token is not good, or no longer.
    TokenGone(Refusal),
}

/// Where answers go; whether somebody still reads.
pub trait Outlet: Send {
    /// Sends something.
    fn send(&mut self, told: Told) -> impl Future<Output = bool> + Send;
}

impl Asker {
    /// Answers an operation until it ends.
    pub async fn answer(&self, asked: Asked, outlet: &mut impl Outlet) -> End {
        match self.answered(asked, outlet).await {
            Ok(end) => end,
            Err(refusal) => self.ended(refusal),
        }
    }

    fn ended(&self, refusal: Refusal) -> End {
        if refusal.code == Code::TokenInvalid {
            End::TokenGone(refusal)
        } else {
            End::Refused(answer::refusal(&refusal, self.manner.language))
        }
    }

    /// An answer that goes out.
    fn next(&self, written: Vec<u8>) -> Result<Told, Refusal> {
        let room = self.served.outgoing.part(self.address, written.len())?;
        Ok(Told::Next(written, room))
    }

    async fn answered(&self, asked: Asked, outlet: &mut impl Outlet) -> Result<End, Refusal> {
        let served = &self.served;
        let limit = served.time_limit;
        let viewer = within(limit, ask::viewer(&served.app, &self.headers)).await?;
        let ready = operation::ready(served, &viewer, &asked, self.takes)?;
        if ready.prepared.kind() == OperationKind::Subscription {
            return self.subscribed(asked, outlet).await;
        }
        let ran = operation::run(served, (viewer, None), ready, self.manner);
        let Ran { response, facts, .. } = within(limit, ran).await?;
        requests::streamed(&facts);
        let written = answer::written(&response)?;
        if graphql::failed_validation(&response) {
            return Ok(End::Refused(serde_json::from_slice(&written).unwrap_or_default()));
        }
        outlet.send(self.next(written)?).await;
        Ok(End::Complete)
    }

    async fn subscribed(&self, asked: Asked, outlet: &mut impl Outlet) -> Result<End, Refusal> {
        let served = &self.served;
        // From here on nothing that happens is missed.
        let mut happenings = served.app.happenings.wait().await?;
        if let Some(wrong) = self.told(&asked, None).await? {
            return Ok(End::Refused(serde_json::from_slice(&wrong).unwrap_or_default()));
        }
        // Whoever asks knows by that that it waits.
        outlet.send(Told::Alive).await;
        metrics::gauge!("observatoire_subscriptions").increment(1.0);
        let _counted = Counted;
        let until = ask::expiry(&self.headers)
            .map(|expiry| (expiry + LEEWAY - Utc::now()).to_std().unwrap_or_default());
        let expired = sleep(until.unwrap_or(Duration::MAX / 4));
        tokio::pin!(expired);
        let mut alive = interval_at(Instant::now() + ALIVE, ALIVE);
        let mut looked_at = interval_at(Instant::now() + LOOKED_AT, LOOKED_AT);
        loop {
            let goes_on = tokio::select! {
                happening = happenings.recv() => match happening {
                    Ok(happening) => match self.told(&asked, Some(happening)).await? {
                        Some(answer) => outlet.send(self.next(answer)?).await,
                        None => true,
                    },
                    // Too much happened while the last answer went out.
                    Err(RecvError::Lagged(_)) => return Err(Refusal::unavailable()),
                    Err(RecvError::Closed) => false,
                },
                _ = alive.tick() => outlet.send(Told::Alive).await,
                _ = looked_at.tick() => {
                    within(served.time_limit, ask::viewer(&served.app, &self.headers)).await?;
                    true
                }
                () = &mut expired => return Err(ask::expired()),
                () = served.app.ending.begun() => false,
            };
            if !goes_on {
                return Ok(End::Complete);
            }
        }
    }

    /// What an operation tells of something that happened, if anything; without it, what is wrong with the operation.
    async fn told(&self, asked: &Asked, happening: Option<Happening>) -> Result<Option<Vec<u8>>, Refusal> {
        let served = &self.served;
        let told = async {
            let viewer = ask::viewer(&served.app, &self.headers).await?;
            let ready = operation::ready(served, &viewer, asked, self.takes)?;
            let _place = match &happening {
                Some(_) => served.turn().await?,
                None => served.place()?,
            };
            let (reading, session) = served.session(viewer, None, self.manner);
            let session = match happening {
                Some(happening) => session.happening_now(happening),
                None => session,
            };
            let operation_name = ready.prepared.operation_name().map(str::to_owned);
            let Some(response) = graphql::happen(&served.app.schema, ready.prepared, session).await else {
                return Ok(None);
            };
            let (facts, _) = operation::recorded(served, &reading, operation_name, &response).await?;
            requests::streamed(&facts);
            answer::written(&response).map(Some)
        };
        within(served.time_limit, told).await
    }
}

/// One subscription less, whatever ends it.
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("observatoire_subscriptions").decrement(1.0);
    }
}
