//! WebSockets: the protocol `graphql-transport-ws`, with its close codes.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{
        WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, HeaderName, HeaderValue, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, sleep_until, timeout},
};

use super::{
    answer, ask,
    live::{Asker, End, Outlet, Told},
    operation::Takes,
    outgoing::Room,
    routes::within,
    serve::Place,
    served::Served,
};
use crate::error::{Code, Refusal};

/// The subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to begin.
const INITIALISATION: Duration = Duration::from_secs(3);
/// How long a client may take to read.
const LONGEST_WRITE: Duration = Duration::from_secs(20);
/// Most operations of a connection at once.
const MOST_OPERATIONS: usize = 32;
/// Longest identifier of an operation, in bytes.
const LONGEST_ID: usize = 256;
/// Messages that wait for a reader.
const MOST_WAITING: usize = 64;

/// Takes a connection over.
pub fn upgraded(
    served: Arc<Served>,
    upgrade: WebSocketUpgrade,
    headers: HeaderMap,
    (peer, place): (Option<SocketAddr>, Option<Place>),
) -> Response<Body> {
    let limit = served.body_limit;
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit);
    upgrade.on_upgrade(move |socket| async move {
        // It counts among the connections as long as it is open.
        let _place = place;
        Connection::new(served, headers, peer).run(socket).await;
    })
}

/// What a client says.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

/// Why a connection is closed.
struct Close(u16, &'static str);

const GOING_AWAY: Close = Close(1001, "Going away");
const BAD_MESSAGE: Close = Close(4400, "Invalid message");
const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
const FORBIDDEN: Close = Close(4403, "Forbidden");
const SUBPROTOCOL: Close = Close(4406, "Subprotocol not acceptable");
const TOO_LATE: Close = Close(4408, "Connection initialisation timeout");
const KNOWN: Close = Close(4409, "Subscriber for this id already exists");
const TWICE: Close = Close(4429, "Too many initialisation requests");

/// What goes out: of an operation and its turn, so that what was completed says no more.
enum Out {
    Next(String, u64, Vec<u8>, Room),
    Done(String, u64, End),
    Alive,
}

/// One connection.
struct Connection {
    served: Arc<Served>,
    headers: HeaderMap,
    peer: Option<SocketAddr>,
    /// Whoever asks, once the connection is acknowledged.
    asker: Option<Asker>,
    begun: bool,
    running: HashMap<String, (u64, AbortHandle)>,
    turns: u64,
    sender: mpsc::Sender<Out>,
    receiver: mpsc::Receiver<Out>,
}

impl Connection {
    fn new(served: Arc<Served>, headers: HeaderMap, peer: Option<SocketAddr>) -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let (running, turns) = (HashMap::new(), 0);
        Self { served, headers, peer, asker: None, begun: false, running, turns, sender, receiver }
    }

    async fn run(mut self, mut socket: WebSocket) {
        metrics::gauge!("observatoire_sockets").increment(1.0);
        let close = self.talk(&mut socket).await;
        metrics::gauge!("observatoire_sockets").decrement(1.0);
        for (_, handle) in self.running.values() {
            handle.abort();
        }
        if let Some(Close(code, reason)) = close {
            let frame = CloseFrame { code, reason: reason.into() };
            let _ = timeout(LONGEST_WRITE, socket.send(Message::Close(Some(frame)))).await;
            // The client says goodbye too, or is gone.
            let _ = timeout(Duration::from_secs(2), async { while socket.recv().await.is_some() {} }).await;
        }
    }

    /// Talks until one side ends it; why we do, if it is us.
    async fn talk(&mut self, socket: &mut WebSocket) -> Option<Close> {
        if socket.protocol().is_none_or(|protocol| protocol.as_bytes() != PROTOCOL.as_bytes()) {
            return Some(SUBPROTOCOL);
        }
        let late = Instant::now() + INITIALISATION;
        loop {
            let step = tokio::select! {
                said = socket.recv() => match said {
                    None => return None,
                    // The frame is too large, or no frame at all.
                    Some(Err(_)) => return Some(BAD_MESSAGE),
                    Some(Ok(Message::Text(text))) => self.heard(&text, socket).await,
                    Some(Ok(Message::Binary(_))) => return Some(BAD_MESSAGE),
                    Some(Ok(Message::Close(_))) => {
                        // Our goodbye goes out with the next look.
                        let _ = timeout(LONGEST_WRITE, socket.recv()).await;
                        return None;
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                },
                out = self.receiver.recv() => match out {
                    Some(out) => self.send(out, socket).await,
                    None => return None,
                },
                () = sleep_until(late), if self.asker.is_none() => return Some(TOO_LATE),
                () = self.served.app.ending.begun() => return Some(GOING_AWAY),
            };
            if let Err(close) = step {
                return close;
            }
        }
    }

    async fn heard(&mut self, text: &str, socket: &mut WebSocket) -> Result<(), Option<Close>> {
        if !text.trim_start().starts_with('{') {
            return Err(Some(BAD_MESSAGE));
        }
        let said: Said<'_> = serde_json::from_str(text).or(Err(Some(BAD_MESSAGE)))?;
        match said.kind.as_str() {
            "connection_init" => self.initialise(said.payload, socket).await,
            "ping" => {
                let answer = match said.payload {
                    None => json!({ "type": "pong" }),
                    Some(payload) if payload.get().starts_with('{') => {
                        json!({ "type": "pong", "payload": payload })
                    }
                    Some(_) => return Err(Some(BAD_MESSAGE)),
                };
                write(socket, Message::text(answer.to_string())).await
            }
            "pong" => Ok(()),
            "subscribe" => self.subscribe(said).await,
            "complete" => {
                let id = said.id.ok_or(Some(BAD_MESSAGE))?;
                if let Some((_, handle)) = self.running.remove(&id) {
                    handle.abort();
                }
                Ok(())
            }
            _ => Err(Some(BAD_MESSAGE)),
        }
    }

    /// Finds out who asks: a client says in its first message what others say in headers.
    async fn initialise(
        &mut self,
        payload: Option<&RawValue>,
        socket: &mut WebSocket,
    ) -> Result<(), Option<Close>> {
        if std::mem::replace(&mut self.begun, true) {
            return Err(Some(TWICE));
        }
        let payload: Option<serde_json::Map<String, Value>> = match payload {
            None => None,
            Some(raw) => serde_json::from_str(raw.get()).or(Err(Some(BAD_MESSAGE)))?,
        };
        let mut headers = self.headers.clone();
        for (name, value) in payload.unwrap_or_default() {
            let known = ["authorization", "x-purpose", "accept-language"];
            let name = name.to_ascii_lowercase();
            if known.contains(&name.as_str()) {
                // A token that is there and no text is no token that is not there.
                let value = value.as_str().ok_or(Some(FORBIDDEN))?.to_owned();
                let name = HeaderName::try_from(name).or(Err(Some(BAD_MESSAGE)))?;
                headers.insert(name, HeaderValue::try_from(value).or(Err(Some(FORBIDDEN)))?);
            }
        }
        let (manner, _) = self.served.manner(&headers);
        if let Err(refusal) = within(self.served.time_limit, ask::viewer(&self.served.app, &headers)).await {
            return Err(Some(match refusal.code {
                Code::Unavailable | Code::TimedOut | Code::Internal => Close(1013, "Try again later"),
                _ => FORBIDDEN,
            }));
        }
        let address = self.served.rate.address(&self.headers, self.peer);
        let takes = Takes::Streams;
        self.asker = Some(Asker { served: self.served.clone(), headers, manner, takes, address });
        write(socket, Message::text(json!({ "type": "connection_ack" }).to_string())).await
    }

    async fn subscribe(&mut self, said: Said<'_>) -> Result<(), Option<Close>> {
        let Some(asker) = self.asker.clone() else { return Err(Some(UNAUTHORIZED)) };
        let id = said.id.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID).ok_or(Some(BAD_MESSAGE))?;
        let payload = said.payload.ok_or(Some(BAD_MESSAGE))?;
        if self.running.contains_key(&id) {
            return Err(Some(KNOWN));
        }
        let asked = ask::one(payload).or(Err(Some(BAD_MESSAGE)))?;
        if asked.query.is_none() && asked.digest.is_none() {
            return Err(Some(BAD_MESSAGE));
        }
        self.turns += 1;
        let (turn, sender) = (self.turns, self.sender.clone());
        // Counted whether it is completed at once or not.
        let counted = match self.running.len() >= MOST_OPERATIONS {
            true => Err(too_many()),
            false => self.served.rate.count(&asker.headers, self.peer).await,
        };
        let mut outlet = Operation { id: id.clone(), turn, sender };
        let task = tokio::spawn(async move {
            let end = match counted {
                Ok(_) => asker.answer(asked, &mut outlet).await,
                Err(refusal) => End::Refused(answer::refusal(&refusal, asker.manner.language)),
            };
            let Operation { id, turn, sender } = outlet;
            let _ = sender.send(Out::Done(id, turn, end)).await;
        });
        self.running.insert(id, (turn, task.abort_handle()));
        Ok(())
    }

    async fn send(&mut self, out: Out, socket: &mut WebSocket) -> Result<(), Option<Close>> {
        let runs = |id: &str, turn: u64| self.running.get(id).is_some_and(|(running, _)| *running == turn);
        let mut held = Room::default();
        let message = match out {
            Out::Alive => Message::Ping(Vec::new().into()),
            Out::Next(id, turn, json, room) if runs(&id, turn) => {
                let payload = RawValue::from_string(String::from_utf8(json).unwrap_or_default()).ok();
                let next = Next { id: &id, kind: "next", payload: payload.as_deref() };
                held = room;
                Message::text(serde_json::to_string(&next).unwrap_or_default())
            }
            Out::Done(id, turn, end) if runs(&id, turn) => {
                self.running.remove(&id);
                match end {
                    End::Complete => Message::text(json!({ "id": id, "type": "complete" }).to_string()),
                    End::Refused(answer) => {
                        let errors = &answer["errors"];
                        Message::text(json!({ "id": id, "type": "error", "payload": errors }).to_string())
                    }
                    End::TokenGone(_) => return Err(Some(FORBIDDEN)),
                }
            }
            Out::Next(..) | Out::Done(..) => return Ok(()),
        };
        let written = write(socket, message).await;
        drop(held);
        written
    }
}

/// An answer with its keys in the order in which they were asked for.
#[derive(Serialize)]
struct Next<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    payload: Option<&'a RawValue>,
}

async fn write(socket: &mut WebSocket, message: Message) -> Result<(), Option<Close>> {
    match timeout(LONGEST_WRITE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        // Gone, or does not read.
        Ok(Err(_)) | Err(_) => Err(None),
    }
}

fn too_many() -> Refusal {
    Refusal::new(
        Code::RateLimited,
        format!("Une connexion porte {MOST_OPERATIONS} opérations à la fois au plus."),
        format!("A connection carries at most {MOST_OPERATIONS} operations at once."),
    )
}

/// Where the answers of one operation go.
struct Operation {
    id: String,
    turn: u64,
    sender: mpsc::Sender<Out>,
}

impl Outlet for Operation {
    async fn send(&mut self, told: Told) -> bool {
        let out = match told {
            Told::Alive => Out::Alive,
            Told::Next(json, room) => Out::Next(self.id.clone(), self.turn, json, room),
        };
        self.sender.send(out).await.is_ok()
    }
}
