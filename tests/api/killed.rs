//! Servers that are killed while they answer: whoever got an answer is in the log, and its chain holds.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{app::RUNTIME, model, postgres};

/// How many answers come before each kill, from all servers together.
const ANSWERS: [usize; 6] = [1, 40, 97, 13, 260, 60];
/// Servers over the same database.
const SERVERS: usize = 2;
/// Clients of each.
const CLIENTS: usize = 4;

struct Place {
    folder: tempfile::TempDir,
    url: String,
}

impl Place {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
        command.args(arguments).env("OBSERVATOIRE_DATA", self.folder.path().join("data"));
        command.env("OBSERVATOIRE_LOG", "error").env("DATABASE_URL", &self.url);
        command.env("OBSERVATOIRE_LISTEN", "127.0.0.1:0");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let (told, wrong) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {told}{wrong}");
        told.into_owned()
    }

    fn serve(&self) -> (Child, SocketAddr) {
        let mut server = self.command(&["serve"]).stderr(Stdio::null()).spawn().unwrap();
        let mut told = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().trim().trim_end_matches('/').parse().unwrap();
        // What it says further on is read to the end, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        (server, address)
    }

    fn names(&self) -> HashSet<String> {
        RUNTIME.block_on(async {
            let database = sea_orm::Database::connect(&self.url).await.unwrap();
            let records = entity::access_record::Entity::find().all(&database).await.unwrap();
            records.into_iter().filter_map(|record| record.operation_name).collect()
        })
    }
}

/// Asks once over a connection of its own; whether an answer came back whole.
fn asks(address: SocketAddr, token: &str, name: &str) -> Option<Value> {
    let query = format!(
        r#"query {name} {{ territory(code: "21231") {{ observation(indicator: "PRE03", period: "2025") {{ value withheld }} }} }}"#
    );
    let body = json!({ "query": query }).to_string();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    // Killed half-way through, it has told what it has told.
    let _ = stream.read_to_string(&mut answer);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    serde_json::from_str(body).ok()
}

fn hold(url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let place = Place { url: url.unwrap_or_else(|| model::embedded_in(&data)), folder };
    model::found(&data, &place.url);
    let token =
        place.run(&["token", "--partner", "CCAS-DIJON", "--role", "ANALYST", "--purpose", "NEEDS_ANALYSIS"]);
    let token = token.trim();
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    for (round, answers) in ANSWERS.into_iter().enumerate() {
        let mut servers: Vec<(Child, SocketAddr)> = (0..SERVERS).map(|_| place.serve()).collect();
        let over = AtomicBool::new(false);
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            for (number, (_, address)) in servers.iter().enumerate() {
                for client in 0..CLIENTS {
                    let (answered, over, address, tell) = (&answered, &over, *address, tell.clone());
                    scope.spawn(move || {
                        for at in 0.. {
                            let name = format!("Killed_{round}_{number}_{client}_{at}");
                            match asks(address, token, &name) {
                                Some(answer) => {
                                    assert!(
                                        !answer["data"]["territory"]["observation"]["value"].is_null(),
                                        "{answer}"
                                    );
                                    answered.lock().unwrap().push(name);
                                    let _ = tell.send(());
                                }
                                None => {
                                    assert!(over.load(Ordering::SeqCst), "no answer before the kill");
                                    break;
                                }
                            }
                        }
                    });
                }
            }
            drop(tell);
            assert_eq!(told.iter().take(answers).count(), answers, "round {round}: clients gave up");
            over.store(true, Ordering::SeqCst);
            for (server, _) in &mut servers {
                server.kill().unwrap();
            }
        });
        for (server, _) in &mut servers {
            server.wait().unwrap();
        }
        let kept = place.names();
        let answered = answered.lock().unwrap();
        let lost: Vec<&String> = answered.iter().filter(|name| !kept.contains(*name)).collect();
        assert!(lost.is_empty(), "round {round}: answers without a record: {lost:?}");
        place.run(&["log", "verify"]);
    }
    let answered = answered.lock().unwrap().len();
    assert!(answered > 50, "only {answered} answers: the kills prove nothing");
    let told = place.run(&["log", "list", "--source", "CAF-ALLOC", "--limit", "3"]);
    assert_eq!(told.matches("CAF-ALLOC : 1 montrée ").count(), 3, "{told}");
    for (wrong, said) in [
        (["--source", "NOPE"], "aucune source n’a le code « NOPE »"),
        (["--partner", "NOPE"], "aucun partenaire n’a le code « NOPE »"),
        (["--since", "hier"], "expected: a day"),
    ] {
        let refused = place.command(&["log", "list", wrong[0], wrong[1]]).output().unwrap();
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && told.contains(said), "{wrong:?}: {told}");
    }
    // What the command names is the record that was touched.
    RUNTIME.block_on(async {
        use sea_orm::ConnectionTrait;
        let database = sea_orm::Database::connect(&place.url).await.unwrap();
        database.execute_unprepared("DELETE FROM access_record WHERE number = 7").await.unwrap();
    });
    let broken = place.command(&["log", "verify"]).output().unwrap();
    assert!(!broken.status.success());
    let told = String::from_utf8_lossy(&broken.stdout);
    assert_eq!(told.trim(), "l’enregistrement 7 a été supprimé");
}

#[test]
fn killed_while_it_answers_it_loses_no_record_on_sqlite() {
    hold(None);
}

#[test]
fn killed_while_it_answers_it_loses_no_record_on_postgresql() {
    match postgres::server().and_then(|server| server.create_database("killed")) {
        Ok(url) => hold(Some(url)),
        Err(unavailable) if unavailable.skippable() => {}
        Err(unavailable) => panic!("{unavailable}"),
    }
}
