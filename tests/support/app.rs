//! A whole observatory for tests: the demonstration with canaries in place of counts, on SQLite and on PostgreSQL.
//!
//! Each is built once for a test binary and shared; tests only read. Everything that is logged, at the
//! finest level and by every crate, is kept, so that a test can search it.

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{PartnerCode, Purpose, Purposes, Role};
use http_body_util::BodyExt;
use observatoire::{
    auth::{
        Identity, IssuerKey,
        providers::ProviderSettings,
        token::{ClientTokens, Issuer, Links, Trust, Verifier},
    },
    config::Settings,
    demonstration::{self, Options, Silent},
    documents::{Place, Shelf},
    graphql,
    http::{self, App},
    present::profile::Templates,
    provider_keys,
    release::desk::Desk,
    secrecy::{Keyring, table::CellKey},
    store::{AccessLog, Happenings, Reference, Separation, Store},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Runtime};
use tower::ServiceExt;

use super::{model, postgres};

/// What the shared observatories hold.
const YEARS: Options = Options { first_year: 2023, last_year: 2025, canary: true };

/// What the vault of every observatory is sealed under.
const SECRETS: [u8; 32] = [7; 32];

/// The runtime of every test: pools must not outlive the runtime that they were made on.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Everything that was logged.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What the tests call today.
pub fn today() -> DateTime<Utc> {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

/// What stands between the parts of a multipart request.
pub const BOUNDARY: &str = "x-boundary-x";

/// A multipart request: a document with its variables, and a file for one of them.
pub fn multipart(operations: &Value, variable: &str, name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let map = json!({ "0": [variable] }).to_string();
    for (part, text) in [("operations", operations.to_string()), ("map", map)] {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{part}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"0\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// An answer with everything that came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The data, when there is no error.
    pub fn data(&self) -> Value {
        let mut json = self.json();
        assert!(json.get("errors").is_none(), "unexpected errors: {}", self.text());
        json["data"].take()
    }

    /// The code of the first error.
    pub fn code(&self) -> Option<String> {
        self.json()["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
    }
}

/// Somebody who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    pub name: &'static str,
    pub partner: Option<&'static str>,
    pub roles: &'static [Role],
    pub purpose: Option<Purpose>,
    pub client: Option<&'static str>,
}

impl Caller {
    /// Subject of the caller’s tokens: a referent’s is that of one whom the demonstration has in office.
    pub fn subject(&self) -> String {
        let referent = self.roles.contains(&Role::Referent);
        let in_office = match self.partner.filter(|_| referent) {
            Some("CCAS-CHENOVE") => Some("agent-0018"),
            Some("CCAS-DIJON") => Some("agent-0013"),
            Some("COM-21166") => Some("agent-0017"),
            _ => None,
        };
        in_office.map_or_else(|| format!("test-{}", self.name.replace(' ', "-")), str::to_owned)
    }
}

const fn caller(
    name: &'static str,
    partner: &'static str,
    roles: &'static [Role],
    purpose: Option<Purpose>,
) -> Caller {
    Caller { name, partner: Some(partner), roles, purpose, client: None }
}

/// Every kind of caller, and every way in which one can fall short.
pub const CALLERS: &[Caller] = &[
    Caller { name: "public", partner: None, roles: &[], purpose: None, client: None },
    caller("reader", "CCAS-DIJON", &[Role::Reader], Some(Purpose::NeedsAnalysis)),
    caller("analyst", "CCAS-DIJON", &[Role::Analyst], Some(Purpose::NeedsAnalysis)),
    caller("analyst for urban policy", "CCAS-DIJON", &[Role::Analyst], Some(Purpose::UrbanPolicy)),
    caller("analyst without purpose", "CCAS-DIJON", &[Role::Analyst], None),
    caller("referent", "CCAS-CHENOVE", &[Role::Referent], Some(Purpose::NeedsAnalysis)),
    caller("analyst with an unmasked grant", "COM-21166", &[Role::Analyst], Some(Purpose::UrbanPolicy)),
    caller("analyst who never signed", "COM-21515", &[Role::Analyst], Some(Purpose::NeedsAnalysis)),
    caller("analyst who withdrew", "COM-21355", &[Role::Analyst], Some(Purpose::NeedsAnalysis)),
    caller("analyst without referent", "COM-21617", &[Role::Analyst], Some(Purpose::NeedsAnalysis)),
    caller("analyst whose signature expired", "COM-21278", &[Role::Analyst], Some(Purpose::NeedsAnalysis)),
    caller("provider", "CAF21", &[Role::Provider], None),
    caller("processor", "COMPAS-TIS", &[Role::Processor], None),
    caller("operator", "GRAND-DIJON", &[Role::Operator], None),
    Caller {
        name: "third-party dashboard",
        partner: Some("CCAS-DIJON"),
        roles: &[Role::Reader],
        purpose: Some(Purpose::NeedsAnalysis),
        client: Some("dashboard"),
    },
];

/// A caller by name.
pub fn who(name: &str) -> &'static Caller {
    CALLERS.iter().find(|caller| caller.name == name).unwrap()
}

/// A masked cell and its true amount, a number that nothing else can be.
#[derive(Clone, Debug)]
pub struct Canary {
    pub indicator: String,
    pub source: String,
    pub territory: String,
    pub amount: String,
}

/// An observatory under test.
pub struct TestApp {
    pub backend: &'static str,
    pub url: String,
    pub canaries: Vec<Canary>,
    router: Router,
    desk: Desk,
    store: Store,
    issuer: Issuer,
    secrets: [u8; 32],
    _folder: Option<tempfile::TempDir>,
}

/// What an app is served by, and the desk behind it.
struct Served {
    router: Router,
    desk: Desk,
    store: Store,
}

/// Collects what is logged.
struct Collector;

impl Write for Collector {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that was logged so far.
pub fn log() -> MutexGuard<'static, Vec<u8>> {
    LOG.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn keep_log() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let filter = tracing_subscriber::EnvFilter::new("trace,sqlx=debug,hyper=off,mio=off");
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(|| Collector)
            .with_ansi(false)
            .finish();
        let _ = tracing::subscriber::set_global_default(subscriber);
    });
}

/// The observatory on SQLite.
pub fn sqlite() -> &'static TestApp {
    static APP: OnceLock<TestApp> = OnceLock::new();
    APP.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let url = model::embedded_in(folder.path());
        RUNTIME.block_on(TestApp::build("sqlite", url, Some(folder), &YEARS))
    })
}

/// The observatory on PostgreSQL; none where the machine has no PostgreSQL and none is required.
pub fn postgres() -> Option<&'static TestApp> {
    static APP: OnceLock<Option<TestApp>> = OnceLock::new();
    APP.get_or_init(|| {
        let created = postgres::server().and_then(|server| server.create_database("observatoire"));
        match created {
            Ok(url) => Some(RUNTIME.block_on(TestApp::build("postgres", url, None, &YEARS))),
            Err(unavailable) if unavailable.skippable() => {
                let _ = writeln!(std::io::stderr(), "PostgreSQL is not tested: {unavailable}");
                None
            }
            Err(unavailable) => panic!("{unavailable}"),
        }
    })
    .as_ref()
}

/// An observatory of one year on every database that there is, for one test alone: it may change what it likes.
pub fn own(name: &str) -> Vec<TestApp> {
    own_with(name, true)
}

/// The same with counts that go together, as those of a real year do, in place of canaries.
pub fn own_with_counts(name: &str) -> Vec<TestApp> {
    own_with(name, false)
}

fn own_with(name: &str, canary: bool) -> Vec<TestApp> {
    let mut apps = vec![embedded_with(canary)];
    if postgres().is_some() {
        let model = model::on_postgres(canary);
        let (url, canaries) = (model.copy_as(name), model.canaries.clone());
        apps.push(RUNTIME.block_on(TestApp::over("postgres", url, None, canaries)));
    }
    apps
}

/// An observatory of one year on SQLite, for one test alone.
pub fn own_embedded() -> TestApp {
    embedded_with(true)
}

fn embedded_with(canary: bool) -> TestApp {
    let (folder, model) = (tempfile::tempdir().unwrap(), model::embedded(canary));
    model.copy_into(folder.path());
    let (url, canaries) = (model::embedded_in(folder.path()), model.canaries.clone());
    RUNTIME.block_on(TestApp::over("sqlite", url, Some(folder), canaries))
}

/// An observatory of one year on every database that there is, shared by the tests that hand deliveries in: what the
/// others share stays as it is.
pub fn receiving() -> &'static [TestApp] {
    static APPS: OnceLock<Vec<TestApp>> = OnceLock::new();
    APPS.get_or_init(|| own("receiving"))
}

/// The observatory on every database that there is.
pub fn everywhere() -> impl Iterator<Item = &'static TestApp> {
    std::iter::once(sqlite()).chain(postgres())
}

/// Settings under which tests may ask as often as they like; files that come in are written to a folder that is there.
fn unlimited() -> Settings {
    Settings { data: std::env::temp_dir(), rate_limit: 0, ..Settings::default() }
}

impl TestApp {
    async fn build(
        backend: &'static str,
        url: String,
        folder: Option<tempfile::TempDir>,
        options: &Options,
    ) -> Self {
        let canaries = filled(&url, options).await;
        Self::over(backend, url, folder, canaries).await
    }

    async fn over(
        backend: &'static str,
        url: String,
        folder: Option<tempfile::TempDir>,
        canaries: Vec<Canary>,
    ) -> Self {
        keep_log();
        let store = Store::connect(&url, 4).await.unwrap().keeping_figures(FIGURES);
        let issuer = issuer();
        let served = Self::router_over(store, None, &SECRETS, issuer.verifier()).await;
        let Served { router, desk, store } = served;
        Self { backend, url, canaries, router, desk, store, issuer, secrets: SECRETS, _folder: folder }
    }

    async fn router_over(store: Store, log: Option<Store>, secrets: &[u8; 32], verifier: Verifier) -> Served {
        Self::router_with(store, log, (secrets, verifier), unlimited()).await
    }

    async fn router_with(
        store: Store,
        log: Option<Store>,
        (secrets, verifier): (&[u8; 32], Verifier),
        settings: Settings,
    ) -> Served {
        let reference = Reference {
            gazetteer: store.gazetteer().await.unwrap(),
            catalogue: store.catalogue().await.unwrap(),
            keyring: Keyring::new(secrets),
        };
        let reference = Arc::new(reference);
        let templates = Arc::new(Templates::read(None, &reference.catalogue).unwrap());
        let app = App {
            desk: Desk::new(store.clone(), Arc::clone(&reference)),
            happenings: Happenings::of(&store),
            ending: http::Ending::default(),
            persisted: Arc::new(http::Persisted::read(settings.registered_documents.as_deref()).unwrap()),
            access_log: AccessLog::start(log.as_ref().unwrap_or(&store), Arc::clone(&reference))
                .await
                .unwrap(),
            store,
            reference,
            shelf: shelf(),
            verifier: Arc::new(verifier),
            links: Links::of(&issuer()),
            client_tokens: ClientTokens::of(&issuer()),
            templates,
            schema: graphql::Schema::new(),
            clock: Arc::new(today),
        };
        let (desk, store) = (app.desk.clone(), app.store.clone());
        Served { desk, store, router: http::router(app, &settings) }
    }

    /// An app over the same database.
    fn beside(&self, Served { router, desk, store }: Served) -> Self {
        Self {
            backend: self.backend,
            url: self.url.clone(),
            canaries: Vec::new(),
            router,
            desk,
            store,
            issuer: issuer(),
            secrets: self.secrets,
            _folder: None,
        }
    }

    /// Waits until what was granted is examined, by this app and now.
    pub fn examine_grants(&self) {
        RUNTIME.block_on(self.desk.examine(today(), Duration::MAX));
    }

    /// Waits until the figures that were asked for are in memory.
    pub fn settle(&self) {
        RUNTIME.block_on(self.store.figures_settled());
    }

    /// Another instance over the same database, with other settings of the network.
    pub fn with_settings(&self, set: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = unlimited();
        set(&mut settings);
        let served = RUNTIME.block_on(async {
            let bytes = u64::from(settings.kept_figures) << 20;
            let store = Store::connect(&self.url, 2).await.unwrap().keeping_figures(bytes);
            Self::router_with(store, None, (&self.secrets, self.issuer.verifier()), settings).await
        });
        self.beside(served)
    }

    /// The same observatory over a connection of its own that counts statements.
    pub fn counting(&self) -> (Self, Arc<Mutex<Vec<String>>>) {
        self.counting_keeping(0)
    }

    /// The same, which keeps figures in memory.
    pub fn counting_with_figures(&self) -> (Self, Arc<Mutex<Vec<String>>>) {
        self.counting_keeping(FIGURES)
    }

    fn counting_keeping(&self, figures: u64) -> (Self, Arc<Mutex<Vec<String>>>) {
        let statements: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&statements);
        let observer: observatoire::store::Observer =
            Arc::new(move |sql: &str| seen.lock().unwrap().push(sql.to_owned()));
        let served = RUNTIME.block_on(async {
            let store = Store::connect_observed(&self.url, 1, Some(observer)).await.unwrap();
            let store = store.keeping_figures(figures);
            Self::router_over(store, None, &self.secrets, self.issuer.verifier()).await
        });
        statements.lock().unwrap().clear();
        let app = self.beside(served);
        (app, statements)
    }

    /// Another instance over the same database, which asks it in a role of its own; and whether that one reads the vault.
    pub fn apart(&self, serving: &str) -> (Self, Option<Separation>) {
        let (served, separation) = RUNTIME.block_on(async {
            let store = Store::connect_apart(serving, &self.url, 2).await.unwrap();
            store.migrate().await.unwrap();
            let separation = store.separation().await.unwrap();
            (Self::router_over(store, None, &self.secrets, self.issuer.verifier()).await, separation)
        });
        (self.beside(served), separation)
    }

    /// Another instance over the same database, which reads figures of a copy where that has caught up.
    pub fn following(&self, replica: &str) -> Self {
        let served = RUNTIME.block_on(async {
            let store = Store::connect(&self.url, 2).await.unwrap().beside(replica, 2).await.unwrap();
            Self::router_over(store, None, &self.secrets, self.issuer.verifier()).await
        });
        self.beside(served)
    }

    /// Another instance over the same database.
    pub fn another_instance(&self) -> Self {
        self.trusting(&[])
    }

    /// Another instance over the same database, which accepts the tokens of these providers as well.
    pub fn trusting(&self, providers: &[ProviderSettings]) -> Self {
        let served = RUNTIME.block_on(async {
            let store = Store::connect(&self.url, 2).await.unwrap();
            let verifier = self.issuer.verifier().trusting(provider_keys::open(providers).unwrap());
            Self::router_over(store, None, &self.secrets, verifier).await
        });
        self.beside(served)
    }

    /// The same observatory, with its log of access in another database.
    pub fn logging_to(&self, url: &str) -> Self {
        let served = RUNTIME.block_on(async {
            let store = Store::connect(&self.url, 2).await.unwrap();
            let log = Store::connect(url, 1).await.unwrap();
            log.migrate().await.unwrap();
            Self::router_over(store, Some(log), &self.secrets, self.issuer.verifier()).await
        });
        self.beside(served)
    }

    /// Everything that the database keeps of who reached what, as text, and how many records that is.
    pub fn kept_of_accesses(&self) -> (String, usize) {
        use sea_orm::EntityTrait;
        RUNTIME.block_on(async {
            let database = sea_orm::Database::connect(&self.url).await.unwrap();
            let records = entity::access_record::Entity::find().all(&database).await.unwrap();
            let sources = entity::access_source::Entity::find().all(&database).await.unwrap();
            (format!("{records:?}{sources:?}"), records.len())
        })
    }

    /// A token for a caller; none for the public.
    pub fn token(&self, caller: &Caller) -> Option<String> {
        self.token_of(caller, Utc::now())
    }

    /// A token for a caller that was issued at a moment before now, and is good for an hour from now.
    pub fn token_of(&self, caller: &Caller, issued_at: DateTime<Utc>) -> Option<String> {
        self.token_between(caller, issued_at, Utc::now() + TimeDelta::hours(1))
    }

    /// A token for a caller that is good from a moment to another one.
    pub fn token_between(
        &self,
        caller: &Caller,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<String> {
        let identity = Identity {
            subject: caller.subject(),
            client: caller.client.map(str::to_owned),
            partner: PartnerCode::parse(caller.partner?).unwrap(),
            roles: caller.roles.to_vec(),
            purposes: Purposes::all(),
            purpose: caller.purpose,
        };
        Some(self.issuer.issue(&identity, from, until - from).unwrap())
    }

    /// Answers on a socket of this machine as well, for as long as the tests run.
    pub fn listen(&self) -> SocketAddr {
        let router = self.router.clone();
        RUNTIME.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            address
        })
    }

    /// Sends a request whose answer is read as it comes.
    pub fn stream(&self, request: Request<Body>) -> axum::response::Response {
        RUNTIME.block_on(self.router.clone().oneshot(request)).unwrap()
    }

    /// Sends any request.
    pub fn send(&self, request: Request<Body>) -> Answer {
        RUNTIME.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes().to_vec();
            Answer { status: parts.status, headers: parts.headers, bytes }
        })
    }

    /// Sends any requests at once.
    pub fn send_together(&self, requests: Vec<Request<Body>>) -> Vec<Answer> {
        RUNTIME.block_on(async {
            let asked = |request: Request<Body>| {
                let router = self.router.clone();
                tokio::spawn(async move {
                    let response = router.oneshot(request).await.unwrap();
                    let (parts, body) = response.into_parts();
                    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
                    Answer { status: parts.status, headers: parts.headers, bytes }
                })
            };
            let asked: Vec<_> = requests.into_iter().map(asked).collect();
            let mut answers = Vec::new();
            for answer in asked {
                answers.push(answer.await.unwrap());
            }
            answers
        })
    }

    /// Everything that the database keeps of deliveries, as text.
    pub fn kept_of_deliveries(&self) -> String {
        use sea_orm::EntityTrait;
        RUNTIME.block_on(async {
            let database = sea_orm::Database::connect(&self.url).await.unwrap();
            let deliveries = entity::delivery::Entity::find().all(&database).await.unwrap();
            let findings = entity::delivery_finding::Entity::find().all(&database).await.unwrap();
            let works = entity::work::Entity::find().all(&database).await.unwrap();
            let releases = entity::release::Entity::find().all(&database).await.unwrap();
            format!("{deliveries:?}{findings:?}{works:?}{releases:?}")
        })
    }

    /// The input of an act, with the version of the study as the operator reads it now, where the act takes one and the
    /// input names none.
    pub fn reading_over(&self, field: &str, input: &str) -> String {
        if !["publishStudy", "reviewStudy"].contains(&field) || input.contains("version:") {
            return input.to_owned();
        }
        let reference = input.split("reference: \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let query = format!(r#"{{ study(reference: "{reference}") {{ version }} }}"#);
        let version = self.ask(who("operator"), &query).data()["study"]["version"].take();
        format!("{input}, version: \"{}\"", version.as_str().unwrap_or("none"))
    }

    /// Asks a query as a caller.
    pub fn ask(&self, caller: &Caller, query: &str) -> Answer {
        self.ask_with(caller, &json!({ "query": query }), "fr")
    }

    /// Asks with variables, in a language.
    pub fn ask_with(&self, caller: &Caller, body: &Value, language: &str) -> Answer {
        // A document that brings a file gets an empty one.
        let (kind, bytes) = if body["query"].as_str().is_some_and(|query| query.contains("$file: Upload!")) {
            let mut operations = body.clone();
            operations["variables"]["file"] = Value::Null;
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            (kind, multipart(&operations, "variables.file", "empty.csv", b""))
        } else {
            ("application/json".to_owned(), body.to_string().into_bytes())
        };
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, kind)
            .header("GraphQL-Require-Preflight", "1")
            .header(header::ACCEPT_LANGUAGE, language);
        if let Some(token) = self.token(caller) {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::from(bytes)).unwrap())
    }
}

/// Fills a database that is empty; the cells that are masked.
pub async fn filled(url: &str, options: &Options) -> Vec<Canary> {
    keep_log();
    let store = Store::connect(url, 4).await.unwrap();
    store.migrate().await.unwrap();
    let report = demonstration::build(&store, &Keyring::new(&SECRETS), options, &Silent).await.unwrap();
    canaries(&store, report.masked).await
}

/// The masked cells under the codes that the API uses; atoms that are never published have no code.
async fn canaries(store: &Store, masked: Vec<(CellKey, String)>) -> Vec<Canary> {
    let (gazetteer, catalogue) = (store.gazetteer().await.unwrap(), store.catalogue().await.unwrap());
    masked
        .into_iter()
        .map(|(key, amount)| {
            let indicator = catalogue.indicator_by_id(key.indicator_id).unwrap();
            Canary {
                source: catalogue.source(indicator.source_id).unwrap().code.clone(),
                indicator: indicator.code.to_string(),
                territory: gazetteer.get(key.address.territory_id).unwrap().code.to_string(),
                amount,
            }
        })
        .collect()
}

/// Memory for figures of the observatories that the tests share, in bytes.
const FIGURES: u64 = 64 << 20;

/// Largest document that the tests' observatories take, in bytes.
pub const LARGEST_DOCUMENT: u64 = 1 << 20;

/// Where all observatories of the tests keep their documents.
pub fn shelf() -> Shelf {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
    let place = Place::Folder(FOLDER.path().to_owned());
    let shelf = Shelf::open(&place, LARGEST_DOCUMENT, |_| Ok(())).unwrap();
    shelf.read_by(env!("CARGO_BIN_EXE_observatoire").into())
}

/// The issuer of the tests' tokens.
pub fn issuer() -> Issuer {
    let key = IssuerKey::from_pem(&IssuerKey::to_pem(&[42; 32])).unwrap();
    Issuer::new(key, trust())
}

/// Who is trusted in tests.
pub fn trust() -> Trust {
    let settings = Settings::default();
    Trust { issuer: settings.issuer, audience: settings.audience }
}
