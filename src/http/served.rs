//! What answers share: the observatory, and the limits of the settings.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    App, answer::Manner, answers::Answers, ask, files::Turns, outgoing::Outgoing, rate::Rate, upload,
};
use crate::{
    auth::{Viewer, policy},
    config::{Introspection, Settings},
    error::{Code, Refusal},
    graphql::context::{Doors, Session},
    store::{Reading, Revision},
};

/// Longest silence while a file comes in.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// What answers share.
pub struct Served {
    /// The observatory.
    pub app: App,
    doors: Arc<Doors>,
    /// Largest body, in bytes.
    pub body_limit: usize,
    /// Longest time for an answer.
    pub time_limit: Duration,
    /// Limits of what brings a file.
    pub uploads: upload::Limits,
    /// Where files are written while they are made.
    pub folder: Arc<PathBuf>,
    /// Turns of those who have files made.
    pub turns: Turns,
    /// Most operations of one request; 0 takes no batches.
    pub batch_limit: usize,
    /// How often a caller may ask.
    pub rate: Rate,
    /// Room for answers on their way out.
    pub outgoing: Outgoing,
    /// Answers that were given and may be given again.
    pub answers: Answers,
    /// Seconds for which a public answer may be given again.
    pub public_max_age: u32,
    legacy: bool,
    breadth_first: bool,
    introspection: Introspection,
    running: Arc<Semaphore>,
}

impl Served {
    /// With the limits of the settings.
    #[must_use]
    pub fn new(app: App, settings: &Settings) -> Self {
        Self {
            rate: Rate::new(settings, Arc::clone(&app.verifier)),
            doors: Arc::new(app.doors()),
            app,
            body_limit: settings.body_limit,
            time_limit: Duration::from_secs(settings.time_limit),
            uploads: upload::Limits {
                document: settings.body_limit,
                file: settings.delivery_limit,
                silence: LONGEST_SILENCE,
            },
            folder: Arc::new(settings.data.clone()),
            turns: Turns::default(),
            batch_limit: settings.batch_limit,
            outgoing: Outgoing::default(),
            answers: Answers::new(u64::from(settings.kept_answers) << 20),
            public_max_age: settings.public_max_age,
            legacy: settings.legacy_status,
            breadth_first: settings.breadth_first,
            introspection: settings.introspection,
            running: Arc::new(Semaphore::new(settings.most_requests)),
        }
    }

    /// The manner that a request to the API asks for, with the refusal when there is none that we can answer in.
    pub fn manner(&self, headers: &axum::http::HeaderMap) -> (Manner, Option<Refusal>) {
        let (manner, refusal) = ask::manner(headers);
        (Manner { legacy: self.legacy, ..manner }, refusal)
    }

    /// A place among the requests that are worked on; whoever finds none is told at once.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`].
    pub fn place(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let place = self.running.try_acquire();
        if place.is_err() {
            metrics::counter!("observatoire_overloaded_total").increment(1);
        }
        place.or(Err(Refusal::unavailable()))
    }

    /// The same for who was waiting for something to happen: it happens to all of them at once, and each has its turn.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`].
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.running.acquire().await.or(Err(Refusal::unavailable()))
    }

    /// Whether a viewer may ask for the schema.
    ///
    /// # Errors
    ///
    /// [`Code::IntrospectionClosed`].
    pub fn expect_introspection(&self, viewer: &Viewer) -> Result<(), Refusal> {
        let open = match self.introspection {
            Introspection::Everyone => true,
            Introspection::Partners => viewer.identity().is_some(),
            Introspection::Nobody => false,
        };
        if open {
            return Ok(());
        }
        Err(Refusal::new(
            Code::IntrospectionClosed,
            "Cet observatoire ne donne pas son schéma par l’API : utilisez le fichier schema.graphql.",
            "This observatory does not tell its schema over the API: use the file schema.graphql.",
        ))
    }

    /// A viewer's reading, of a revision where it is known, and the session that resolvers reach it through.
    #[must_use]
    pub fn session(
        &self,
        viewer: Viewer,
        revision: Option<Revision>,
        manner: Manner,
    ) -> (Arc<Reading>, Session) {
        let app = &self.app;
        let reading = Reading::new(app.store.clone(), app.reference.clone(), viewer);
        let reading = Arc::new(match revision {
            Some(revision) => reading.at(revision),
            None => reading,
        });
        let session = Session::new(Arc::clone(&reading), Arc::clone(&self.doors), manner.language);
        if !self.breadth_first {
            session.go_depth_first();
        }
        (reading, session)
    }

    /// What a viewer may bring in a file.
    ///
    /// # Errors
    ///
    /// [`Code::Forbidden`] for whoever may bring none.
    pub fn uploads_of(&self, viewer: &Viewer) -> Result<upload::Limits, Refusal> {
        match policy::sends(viewer) {
            Some(policy::Sends::Deliveries) => Ok(self.uploads),
            Some(policy::Sends::Documents) => {
                Ok(upload::Limits { file: self.app.shelf.limit, ..self.uploads })
            }
            None => Err(Refusal::forbidden(crate::auth::Action::HandInDeliveries.scope())),
        }
    }
}
