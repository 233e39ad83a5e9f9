//! A real PostgreSQL for the tests, found or started without being asked, in this order:
//!
//! 1. `TEST_DATABASE_URL`, when it is set: used as the administrative connection. If it cannot be reached,
//!    that is an error; no other server is tried.
//! 2. A server that already listens on 127.0.0.1:5432 and lets us create databases.
//! 3. A throw-away cluster from this machine's own binaries, started once for each test process.
//!
//! Nothing is left behind, however the test process ends. Libtest drops no statics and SIGKILL runs no code,
//! so a small `sh` child ([`Keeper`]) holds the reading end of a pipe from us: when we end, for whatever
//! reason, the pipe closes, and the child stops and removes the cluster, or drops the databases that we
//! created on somebody else's server.

use std::{
    env, fmt,
    fs::read_dir,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{self, Child, ChildStdin, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Each test binary uses its own part of this module: named here, the rest is not reported as dead code.
const _: () = {
    let _ = (server, required, Unavailable::skippable);
    let _ = (Server::create_database, Server::create_database_from_template);
    let _ = Server::drop_database;
};

/// Starts a cluster in a new folder, says `ready <port>` (or why not), waits for its input to end, removes
/// everything. Reads `PG_BIN`, `PG_SCRATCH` and `PG_PORTS`. The socket lies in the data folder, called `.`
/// because a socket's whole path may not exceed a hundred bytes or so.
const CLUSTER_SCRIPT: &str = r#"
set -u
folder=
remove() {
    [ -n "$folder" ] || return
    if [ -f "$folder/data/postmaster.pid" ]; then
        "$PG_BIN/pg_ctl" stop -D "$folder/data" -m immediate -w </dev/null >/dev/null 2>&1
    fi
    rm -rf "$folder"
}
fail() { echo "$1"; [ -f "$folder/log" ] && tail -n 8 "$folder/log"; exit 1; }
create() {
    "$PG_BIN/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync -E UTF8 --locale="$1" \
        </dev/null >"$folder/log" 2>&1
}
start() {
    "$PG_BIN/pg_ctl" start -D "$folder/data" -l "$folder/log" -w -o "-p $1" </dev/null >/dev/null 2>&1
}
trap '' PIPE
trap remove EXIT
trap 'exit 1' HUP INT TERM
for base in "$PG_SCRATCH" /tmp; do
    folder=$(mktemp -d "$base/observatoire-postgres.XXXXXX" 2>/dev/null) && break
done
[ -n "$folder" ] || fail "no folder could be created in $PG_SCRATCH or /tmp"
cd "$folder"
create C.UTF-8 || create C || fail "initdb failed:"
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '.'
max_connections = 100
fsync = off
synchronous_commit = off
full_page_writes = off
END
for port in $PG_PORTS; do
    if start "$port"; then
        echo "ready $port"
        while read -r _; do :; done
        exit 0
    fi
    grep -q 'could not bind' "$folder/log" || break
done
fail "the server did not start:"
"#;

/// Reads the names of databases from its input and drops them when that ends, after a second's grace for a
/// `CREATE DATABASE` still under way. Reads `PG_PSQL` and `PG_ADMIN_URL`.
const VISITOR_SCRIPT: &str = r#"
trap '' HUP INT TERM PIPE
names=
while read -r name; do names="$names $name"; done
sleep 1
for name in $names; do
    "$PG_PSQL" -X -w -q -d "$PG_ADMIN_URL" -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)"
done
"#;

/// Says `fit`, or why this server cannot serve the tests.
const FITNESS_QUERY: &str = "SELECT CASE
    WHEN pg_is_in_recovery() THEN 'it is a read-only replica'
    WHEN current_setting('server_version_num')::int < 130000 THEN 'it is older than PostgreSQL 13'
    WHEN NOT (rolsuper OR rolcreatedb) THEN 'the role may not create databases'
    ELSE 'fit' END FROM pg_roles WHERE rolname = current_user";

const INSTALL: &str = "Install PostgreSQL (`apt-get install postgresql` on Debian and Ubuntu, \
    `brew install postgresql` on macOS), or set TEST_DATABASE_URL to the URL of a server on which databases \
    may be created.";

/// Why there is no PostgreSQL for the tests: one plain paragraph, the same in `Display` and `Debug`.
#[derive(Clone)]
pub struct Unavailable {
    reason: String,
    nothing_found: bool,
}

impl Unavailable {
    fn on_server(reason: String) -> Self {
        Self { reason, nothing_found: false }
    }

    fn nothing_found(tried: &[String]) -> Self {
        let reason = format!("No PostgreSQL for the tests. Tried: {}. {INSTALL}", tried.join("; "));
        Self { reason, nothing_found: true }
    }

    /// Whether a test may pass over this: only when the machine offers no PostgreSQL and none is
    /// [`required`]. A wrong `TEST_DATABASE_URL`, or a server that was found and then refused something, is
    /// a failure.
    pub fn skippable(&self) -> bool {
        self.nothing_found && !required()
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl fmt::Debug for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Unavailable {}

/// Whether the tests must not do without PostgreSQL: `OBSERVATOIRE_REQUIRE_POSTGRES` is `1`.
pub fn required() -> bool {
    env::var_os("OBSERVATOIRE_REQUIRE_POSTGRES").is_some_and(|value| value == "1")
}

/// The PostgreSQL of this test process, found or started at the first call.
///
/// # Errors
///
/// When `TEST_DATABASE_URL` cannot be used, or it is not set and no server could be found or started.
pub fn server() -> Result<&'static Server, Unavailable> {
    static SERVER: OnceLock<Result<Server, Unavailable>> = OnceLock::new();
    SERVER.get_or_init(Server::find_or_start).as_ref().map_err(Clone::clone)
}

/// A PostgreSQL on which tests create their databases.
pub struct Server {
    admin: Admin,
    keeper: Keeper,
}

impl Server {
    /// Creates an empty UTF-8 database and returns its `postgres://` URL. `name` is only the beginning of the
    /// database's name, which is made unique to this process and call: tests may share it.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub fn create_database(&self, name: &str) -> Result<String, Unavailable> {
        self.create(name, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
    }

    /// Creates a copy of a database, for instance of a migrated one, and returns its URL. `template` is a URL
    /// as [`Server::create_database`] returns it; whoever is connected to it is disconnected.
    ///
    /// # Errors
    ///
    /// When somebody connects to the template meanwhile or the server refuses.
    pub fn create_database_from_template(&self, name: &str, template: &str) -> Result<String, Unavailable> {
        self.administer(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            database_of(template)
        ))?;
        self.create(name, &format!("TEMPLATE {}", quoted(database_of(template))))
    }

    /// Drops a database at once, whoever is connected to it. `url` is as [`Server::create_database`] returned
    /// it. Needless at the end of a test: all that this process created goes when it ends.
    ///
    /// # Errors
    ///
    /// When this process did not create the database or the server refuses.
    pub fn drop_database(&self, url: &str) -> Result<(), Unavailable> {
        let name = database_of(url);
        if !name.contains(process_mark()) {
            return Err(Unavailable::on_server(format!(
                "The database {name} is not one of this process: not dropped."
            )));
        }
        self.administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)))
    }

    fn create(&self, label: &str, options: &str) -> Result<String, Unavailable> {
        let name = unique_name(label);
        self.keeper.remember(&name).map_err(|error| {
            Unavailable::on_server(format!("The process that cleans up after the tests died: {error}."))
        })?;
        self.administer(&format!("CREATE DATABASE {} {options}", quoted(&name)))?;
        Ok(with_database(&self.admin.url, &name))
    }

    fn administer(&self, sql: &str) -> Result<(), Unavailable> {
        self.admin.run(sql).map(drop).map_err(|error| {
            Unavailable::on_server(format!(
                "PostgreSQL at {} refused `{sql}`: {error}.",
                redacted(&self.admin.url)
            ))
        })
    }

    fn find_or_start() -> Result<Self, Unavailable> {
        let binaries = binary_folders().into_iter().find(|folder| has_server(folder));
        let psql = binaries
            .iter()
            .map(|folder| folder.join("psql"))
            .find(|psql| psql.is_file())
            .or_else(|| on_path("psql"));
        if let Some(url) = env::var_os("TEST_DATABASE_URL").filter(|url| !url.is_empty()) {
            return Self::named(psql, &url.to_string_lossy());
        }
        let Some(psql) = psql else {
            return Err(Unavailable::nothing_found(&[
                "`psql` (neither beside the server's binaries nor on PATH)".to_owned(),
            ]));
        };
        let mut tried = vec!["TEST_DATABASE_URL (not set)".to_owned()];
        match Self::usual(&psql) {
            Ok(server) => return Ok(server),
            Err(why) => tried.push(format!("the usual port 127.0.0.1:5432 ({why})")),
        }
        let Some(binaries) = binaries else {
            let looked = "by pg_config, in the usual folders or on PATH";
            tried.push(format!("a throw-away cluster (no `initdb` and `pg_ctl` {looked})"));
            return Err(Unavailable::nothing_found(&tried));
        };
        Self::throw_away(psql, &binaries).map_err(|why| {
            tried.push(format!("a throw-away cluster from {} ({why})", binaries.display()));
            Unavailable::nothing_found(&tried)
        })
    }

    fn named(psql: Option<PathBuf>, url: &str) -> Result<Self, Unavailable> {
        let visit = || {
            if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                return Err("it is not a postgres:// URL".to_owned());
            }
            let psql = psql.ok_or("`psql` is not installed")?;
            Self::visit(Admin { psql, url: url.to_owned(), from_environment: true })
        };
        visit().map_err(|why| {
            let advice =
                "Start that server, correct the variable, or unset it to use this machine's PostgreSQL.";
            let url = redacted(url);
            Unavailable::on_server(format!(
                "TEST_DATABASE_URL is set to {url}, which cannot be used: {why}. {advice}"
            ))
        })
    }

    fn usual(psql: &Path) -> Result<Self, String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 5432));
        TcpStream::connect_timeout(&address, Duration::from_millis(500))
            .map_err(|error| format!("nothing answers: {error}"))?;
        let mut refusals = Vec::new();
        for url in usual_urls() {
            let (psql, place) = (psql.to_owned(), redacted(&url));
            match Self::visit(Admin { psql, url, from_environment: false }) {
                Ok(server) => return Ok(server),
                Err(why) => refusals.push(format!("{place}: {why}")),
            }
        }
        Err(refusals.join(", "))
    }

    /// A server that is not ours to stop: we drop only what we create there.
    fn visit(admin: Admin) -> Result<Self, String> {
        match admin.run(FITNESS_QUERY)?.as_str() {
            "fit" => {}
            unfit => return Err(unfit.to_owned()),
        }
        let mut command = Command::new("/bin/sh");
        command.args(["-c", VISITOR_SCRIPT]).env("PG_PSQL", &admin.psql).env("PG_ADMIN_URL", &admin.url);
        admin.set_environment(&mut command);
        let (keeper, _) = Keeper::spawn(command.stdout(Stdio::null()))?;
        Ok(Self { admin, keeper })
    }

    fn throw_away(psql: PathBuf, binaries: &Path) -> Result<Self, String> {
        let scratch = std::path::absolute(env::temp_dir()).map_err(|error| error.to_string())?;
        let mut command = unprivileged_shell(CLUSTER_SCRIPT)?;
        command.env("PG_BIN", binaries).env("PG_SCRATCH", scratch).env("PG_PORTS", free_ports()?);
        let (keeper, mut process) = Keeper::spawn(command.stdout(Stdio::piped()))?;
        let report = process.stdout.take().ok_or("its start cannot be followed")?;
        let port = read_report(BufReader::new(report))?;
        let admin = Admin {
            psql,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            from_environment: false,
        };
        Ok(Self { admin, keeper })
    }
}

/// The `sh` child that cleans up when its input ends, that is when this value is dropped or this process
/// ends. It leads its own process group: an interrupt or a time-out aimed at the tests does not reach it.
struct Keeper {
    input: ChildStdin,
}

impl Keeper {
    fn spawn(command: &mut Command) -> Result<(Self, Child), String> {
        command.stdin(Stdio::piped()).stderr(Stdio::null()).current_dir("/").process_group(0);
        let mut process = command
            .spawn()
            .map_err(|error| format!("{} did not start: {error}", command.get_program().display()))?;
        let input = process.stdin.take().ok_or("no pipe to the process that cleans up")?;
        Ok((Self { input }, process))
    }

    fn remember(&self, database: &str) -> io::Result<()> {
        (&self.input).write_all(format!("{database}\n").as_bytes())
    }
}

/// The administrative connection, each statement through one short run of `psql`.
struct Admin {
    psql: PathBuf,
    url: String,
    /// `TEST_DATABASE_URL` is completed by PGPASSWORD and its like, as anywhere; the URLs made here say all.
    from_environment: bool,
}

impl Admin {
    fn run(&self, sql: &str) -> Result<String, String> {
        let mut command = Command::new(&self.psql);
        self.set_environment(&mut command);
        command.args(["-XwqAt", "-v", "ON_ERROR_STOP=1", "-d", &self.url, "-c", sql]);
        let output =
            command.stdin(Stdio::null()).output().map_err(|error| format!("psql did not start: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(one_line(&String::from_utf8_lossy(&output.stderr)).replace(&self.url, &redacted(&self.url)))
    }

    fn set_environment(&self, command: &mut Command) {
        if self.from_environment {
            let seconds = env::var_os("PGCONNECT_TIMEOUT").unwrap_or_else(|| "10".into());
            command.env("PGCONNECT_TIMEOUT", seconds);
            return;
        }
        for name in ["PGHOSTADDR", "PGOPTIONS", "PGPASSWORD", "PGSERVICE", "PGSSLMODE"] {
            command.env_remove(name);
        }
        command.env("PGPASSFILE", "/nonexistent").env("PGCONNECT_TIMEOUT", "2");
    }
}

/// The port of a started cluster, or what its supervisor says of the failure.
fn read_report(mut report: impl BufRead) -> Result<u16, String> {
    let mut said = Vec::new();
    report.read_until(b'\n', &mut said).map_err(|error| error.to_string())?;
    if let Some(port) = str::from_utf8(&said).ok().and_then(|line| line.trim().strip_prefix("ready ")) {
        return port.parse().map_err(|error| format!("port {port}: {error}"));
    }
    report.read_to_end(&mut said).map_err(|error| error.to_string())?;
    Err(one_line(&String::from_utf8_lossy(&said)))
}

/// A shell as ourselves or, PostgreSQL refusing to run as root, as the user `postgres`.
fn unprivileged_shell(script: &str) -> Result<Command, String> {
    if say("id", &["-u"]).as_deref() != Some("0") {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        return Ok(command);
    }
    say("id", &["-u", "postgres"])
        .ok_or("we are root, as whom PostgreSQL refuses to run, and there is no user `postgres`")?;
    let runuser =
        on_path("runuser").or_else(|| Some(PathBuf::from("/usr/sbin/runuser")).filter(|path| path.is_file()));
    let mut command = Command::new(runuser.as_deref().unwrap_or(Path::new("su")));
    match runuser {
        Some(_) => command.args(["-u", "postgres", "--", "/bin/sh", "-c", script]),
        None => command.args(["postgres", "-s", "/bin/sh", "-c", script]),
    };
    Ok(command)
}

/// A few ports that are free now; the next one is tried when somebody was faster.
fn free_ports() -> Result<String, String> {
    let listeners: io::Result<Vec<_>> = (0..5).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect();
    let addresses: io::Result<Vec<_>> =
        listeners.and_then(|all| all.iter().map(TcpListener::local_addr).collect());
    let addresses = addresses.map_err(|error| format!("no free port on 127.0.0.1: {error}"))?;
    Ok(addresses.iter().map(|address| address.port().to_string()).collect::<Vec<_>>().join(" "))
}

/// Where PostgreSQL's binaries may be, best first.
fn binary_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = say("pg_config", &["--bindir"]).map(PathBuf::from).into_iter().collect();
    for (parent, prefix) in
        [("/usr/lib/postgresql", ""), ("/opt/homebrew/opt", "postgresql@"), ("/usr/local/opt", "postgresql@")]
    {
        folders.extend(newest_first(parent, prefix).into_iter().map(|folder| folder.join("bin")));
    }
    folders.extend(path_folders());
    folders
}

/// The folders of `parent` named by `prefix` and a version.
fn newest_first(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let version = |path: &Path| path.file_name()?.to_str()?.strip_prefix(prefix)?.parse::<f64>().ok();
    let entries = read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut versions: Vec<(f64, PathBuf)> =
        entries.filter_map(|path| Some((version(&path)?, path))).collect();
    versions.sort_by(|a, b| b.0.total_cmp(&a.0));
    versions.into_iter().map(|(_, path)| path).collect()
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file())
}

fn path_folders() -> Vec<PathBuf> {
    env::var_os("PATH").iter().flat_map(|path| env::split_paths(path).collect::<Vec<_>>()).collect()
}

fn on_path(program: &str) -> Option<PathBuf> {
    path_folders().into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// What a program prints, when it exists and succeeds.
fn say(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.filter(|text| !text.is_empty())
}

/// Those who may be let in on the usual port.
fn usual_urls() -> Vec<String> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let ourselves = say("id", &["-un"]).unwrap_or_default();
    let mut urls = vec![
        usual_url(&set("PGUSER").unwrap_or_else(|| ourselves.clone()), set("PGPASSWORD").as_deref()),
        usual_url(&ourselves, None),
        usual_url("postgres", Some("postgres")),
    ];
    urls.dedup();
    urls
}

fn usual_url(user: &str, password: Option<&str>) -> String {
    let password = password.map(|password| format!(":{}", percent_encoded(password))).unwrap_or_default();
    format!("postgres://{}{password}@127.0.0.1:5432/postgres", percent_encoded(user))
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encode).collect()
}

/// The parts of a URL: up to and with its host and port, its database, its query with the question mark.
fn parts(url: &str) -> (&str, &str, &str) {
    let (address, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    let (server, database) =
        address.split_at(address[host..].find('/').map_or(address.len(), |slash| host + slash));
    (server, database.trim_start_matches('/'), query)
}

fn database_of(url: &str) -> &str {
    parts(url).1
}

fn with_database(url: &str, database: &str) -> String {
    let (server, _, query) = parts(url);
    format!("{server}/{database}{query}")
}

/// A URL fit for a message: without its password and its query.
fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "something that is no URL".to_owned();
    };
    let (user, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let until = |text: &str, end: char| text.split(end).next().unwrap_or_default().to_owned();
    let (user, place) = (until(user, ':'), until(place, '?'));
    if user.is_empty() { format!("{scheme}://{place}") } else { format!("{scheme}://{user}@{place}") }
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

fn unique_name(label: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }
    };
    let label: String = label.chars().map(plain).take(24).collect();
    format!("{label}{}{}", process_mark(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// What the names of this process's databases have in common: its number and, as numbers come back, its time.
fn process_mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() & 0xffff_ffff;
        format!("_{}_{time:08x}_", process::id())
    })
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" / ").trim_end_matches(['.', '?']).to_owned()
}
