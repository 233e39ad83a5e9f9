//! The log of access in a database: appended to by several writers, tampered with, shortened.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::types::{Level, Purpose, Role};
use observatoire::{
    access_log::{Counts, Entry, Fault, Link, SourceAccess, Verdict},
    secrecy::Keyring,
    store::{AccessLog, Reference, Store},
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};

use crate::support::{app::RUNTIME, postgres};

/// The tables of the log.
const LOG: [&str; 3] = ["access_record", "access_source", "access_chain"];

/// A database with nothing in it but a log.
struct Place {
    url: String,
    store: Store,
    _folder: Option<tempfile::TempDir>,
}

fn keyring() -> Keyring {
    Keyring::new(&[7; 32])
}

fn start() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn entry(number: u32) -> Entry {
    let source = |code: &str| SourceAccess {
        source: code.to_owned(),
        counts: Counts { shown: number, withheld: 2, ..Counts::default() },
        levels: vec![(Level::Commune, 1)],
        territories: vec!["21231".to_owned()],
        territory_count: 1,
    };
    Entry {
        at: start() + TimeDelta::days(i64::from(number)) + TimeDelta::nanoseconds(123_456_789),
        subject: format!("l’agent n° {number}"),
        client: None,
        partner: "CCAS-DIJON".to_owned(),
        roles: vec![Role::Analyst],
        purpose: Some(Purpose::NeedsAnalysis),
        operation_name: None,
        sources: vec![source("CAF-ALLOC"), source("caf-alloc"), source("CPAM-ALD")],
    }
}

impl Place {
    async fn at(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::connect(&url, 4).await.unwrap();
        store.migrate().await.unwrap();
        Self { url, store, _folder: folder }
    }

    /// A writer of its own, as each server has one.
    async fn writer(&self) -> AccessLog {
        let reference = Reference {
            gazetteer: self.store.gazetteer().await.unwrap(),
            catalogue: self.store.catalogue().await.unwrap(),
            keyring: keyring(),
        };
        AccessLog::start(&self.store, Arc::new(reference)).await.unwrap()
    }

    async fn filled(&self, records: u32) -> AccessLog {
        let log = self.writer().await;
        for number in 1..=records {
            log.write(entry(number)).await.unwrap();
        }
        log
    }

    async fn sql(&self, statements: &[&str]) {
        let database = Database::connect(&self.url).await.unwrap();
        for statement in statements {
            database.execute_unprepared(statement).await.unwrap();
        }
    }

    /// Copies the tables of the log, to be put back.
    async fn copy_log(&self) {
        for table in LOG {
            self.sql(&[&format!("CREATE TABLE copy_of_{table} AS SELECT * FROM {table}")]).await;
        }
    }

    async fn put_log_back(&self) {
        for table in LOG {
            let back = format!("INSERT INTO {table} SELECT * FROM copy_of_{table}");
            self.sql(&[&format!("DELETE FROM {table}"), &back]).await;
        }
    }

    async fn verdict(&self) -> Verdict {
        self.verdict_against(None).await
    }

    async fn verdict_against(&self, kept: Option<Link>) -> Verdict {
        self.store.verify_log(&keyring(), kept, &|_, _| {}).await.unwrap().1
    }

    async fn end(&self) -> Link {
        self.store.log_chain(&keyring()).await.unwrap().last().clone()
    }
}

/// Runs a test in a new database of each kind.
fn everywhere(name: &str, test: impl AsyncFn(Place)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("log.db").display());
    RUNTIME.block_on(async { test(Place::at(url, Some(folder)).await).await });
    match postgres::server().and_then(|server| server.create_database(name)) {
        Ok(url) => RUNTIME.block_on(async { test(Place::at(url, None).await).await }),
        Err(unavailable) if unavailable.skippable() => {}
        Err(unavailable) => panic!("{unavailable}"),
    }
}

#[test]
fn several_writers_make_one_chain() {
    everywhere("writers", async |place| {
        let logs = [place.writer().await, place.writer().await, place.writer().await];
        let writes = (0..300_u32).map(|number| {
            let log = logs[number as usize % 3].clone();
            async move { log.write(entry(number)).await }
        });
        for outcome in futures_util::future::join_all(writes).await {
            outcome.unwrap();
        }
        let verdict = place.verdict().await;
        assert!(verdict.holds(), "{verdict:?}");
        assert_eq!(verdict.records, 300);
    });
}

#[test]
fn a_record_for_a_revision_is_written_while_the_database_is_at_it_alone() {
    everywhere("revisions", async |place| {
        let log = place.writer().await;
        let change = || place.sql(&["UPDATE edition SET number = number + 1"]);
        let mut written = 0;
        // Under the lock the first time, at once afterwards, and where another writer has been meanwhile.
        for other in [false, false, true] {
            let before = place.store.revision().await.unwrap();
            assert!(log.write_at(entry(1), before).await.unwrap());
            written += 1;
            if other {
                place.writer().await.write(entry(2)).await.unwrap();
                written += 1;
            }
            change().await;
            assert!(!log.write_at(entry(3), before).await.unwrap(), "the revision has passed");
            assert_eq!(place.end().await.number, written);
            let now = place.store.revision().await.unwrap();
            assert!(log.write_at(entry(4), now).await.unwrap());
            written += 1;
        }
        // Among those that are written together each has its own answer.
        let passed = place.store.revision().await.unwrap();
        change().await;
        let now = place.store.revision().await.unwrap();
        let writes = (0..90_u32).map(|number| {
            let log = log.clone();
            async move {
                match number % 3 {
                    0 => log.write(entry(number)).await.map(|()| true),
                    1 => log.write_at(entry(number), passed).await,
                    _ => log.write_at(entry(number), now).await,
                }
            }
        });
        for (number, outcome) in futures_util::future::join_all(writes).await.into_iter().enumerate() {
            match number % 3 {
                0 => assert!(outcome.unwrap()),
                1 => assert!(!outcome.unwrap(), "{number} was told on what has passed"),
                // One that came before others that expected what has passed may be sent away with them.
                _ => {
                    outcome.unwrap();
                }
            }
        }
        assert!(log.write_at(entry(5), now).await.unwrap());
        assert!(place.verdict().await.holds());
    });
}

#[test]
fn two_writers_of_the_same_records_leave_both_of_each() {
    everywhere("same", async |place| {
        let logs = [place.writer().await, place.writer().await];
        for number in 0..20 {
            // To the microsecond, as two instances may be asked the same.
            for log in &logs {
                log.write(entry(number)).await.unwrap();
            }
        }
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 40, "{verdict:?}");
    });
}

/// Statements of this database that wait for a lock.
async fn waiting(database: &DatabaseConnection) -> i64 {
    let asked = "SELECT COUNT(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let asked = Statement::from_string(database.get_database_backend(), asked);
    database.query_one_raw(asked).await.unwrap().unwrap().try_get("", "waiting").unwrap()
}

#[test]
fn nothing_of_the_writer_is_left_waiting_for_a_lock_that_it_gave_up() {
    everywhere("waits", async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let log = place.filled(2).await;
        let database = Database::connect(&place.url).await.unwrap();
        let holder = database.begin().await.unwrap();
        holder.execute_unprepared("LOCK TABLE access_chain IN ACCESS EXCLUSIVE MODE").await.unwrap();
        assert!(log.write(entry(3)).await.is_err());
        // The lock is held all the while.
        while waiting(&database).await > 0 {
            tokio::task::yield_now().await;
        }
        holder.rollback().await.unwrap();
        log.write(entry(4)).await.unwrap();
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 3, "{verdict:?}");
    });
}

#[test]
fn tampering_of_each_kind_is_found_and_named() {
    let cases: &[(&[&str], &[Fault])] = &[
        (&["UPDATE access_record SET partner = 'COM-21166' WHERE number = 4"], &[Fault::Altered(4)]),
        (
            &["UPDATE access_source SET shown = 0 WHERE number = 1 AND source = 'CPAM-ALD'"],
            &[Fault::Altered(1)],
        ),
        (&["DELETE FROM access_source WHERE number = 9 AND source = 'CPAM-ALD'"], &[Fault::Altered(9)]),
        (&["DELETE FROM access_source WHERE number = 9"], &[Fault::Altered(9)]),
        (
            &["DELETE FROM access_record WHERE number = 5", "DELETE FROM access_source WHERE number = 5"],
            &[Fault::Missing(5, 5)],
        ),
        (&["DELETE FROM access_record WHERE number <= 3"], &[Fault::Missing(1, 3)]),
        (&["DELETE FROM access_record WHERE number >= 8"], &[Fault::Missing(8, 9)]),
        (
            &[
                "INSERT INTO access_record SELECT 10, at, subject, client, partner, roles, purpose, operation_name, hash FROM access_record WHERE number = 2",
            ],
            &[Fault::Added(10)],
        ),
        (
            &[
                "INSERT INTO access_source SELECT 12, source, shown, withheld, refused, unmasked, explained, searches, levels, territories, territory_count FROM access_source WHERE number = 2",
            ],
            &[Fault::Added(12)],
        ),
        (
            &[
                "UPDATE access_record SET number = -1 WHERE number = 3",
                "UPDATE access_record SET number = 3 WHERE number = 6",
                "UPDATE access_record SET number = 6 WHERE number = -1",
                "UPDATE access_source SET number = -1 WHERE number = 3",
                "UPDATE access_source SET number = 3 WHERE number = 6",
                "UPDATE access_source SET number = 6 WHERE number = -1",
            ],
            &[Fault::Altered(3), Fault::Altered(4), Fault::Altered(6), Fault::Altered(7)],
        ),
        (
            &[
                "DELETE FROM access_record WHERE number = 9",
                "DELETE FROM access_source WHERE number = 9",
                "UPDATE access_chain SET last_number = 8, last_hash = (SELECT hash FROM access_record WHERE number = 8)",
            ],
            &[Fault::EndsAltered],
        ),
        (&["DELETE FROM access_chain"], &[Fault::NoEnds]),
    ];
    everywhere("tampered", async |place| {
        let log = place.filled(9).await;
        assert!(place.verdict().await.holds());
        // Copies of the tables put back what a case did.
        place.copy_log().await;
        for (statements, faults) in cases {
            place.sql(statements).await;
            assert_eq!(place.verdict().await.faults, *faults, "{statements:?}");
            place.put_log_back().await;
            let verdict = place.verdict().await;
            assert!(verdict.holds(), "{verdict:?}");
        }
        log.write(entry(10)).await.unwrap();
        assert!(place.verdict().await.holds());
    });
}

#[test]
fn what_is_no_longer_readable_is_named_too() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("log.db").display());
    RUNTIME.block_on(async {
        let place = Place::at(url, Some(folder)).await;
        let _log = place.filled(6).await;
        // SQLite keeps a text in a column of numbers, and anything in one of instants.
        place.sql(&["UPDATE access_source SET shown = 'beaucoup' WHERE number = 3"]).await;
        place.sql(&["UPDATE access_record SET at = 'hier' WHERE number = 5"]).await;
        assert_eq!(place.verdict().await.faults, [Fault::Altered(3), Fault::Altered(5)]);
    });
}

#[test]
fn nothing_is_appended_to_an_end_that_somebody_touched() {
    everywhere("touched", async |place| {
        let log = place.filled(4).await;
        place.sql(&["CREATE TABLE older AS SELECT * FROM access_chain"]).await;
        log.write(entry(5)).await.unwrap();
        let kept = place.end().await;
        // The end as it was once, under a seal that holds: the running server knows better, and so does what was kept.
        place.sql(&["DELETE FROM access_chain", "INSERT INTO access_chain SELECT * FROM older"]).await;
        place
            .sql(&[
                "DELETE FROM access_record WHERE number = 5",
                "DELETE FROM access_source WHERE number = 5",
            ])
            .await;
        assert!(log.write(entry(6)).await.is_err());
        assert!(place.verdict().await.holds());
        assert_eq!(place.verdict_against(Some(kept)).await.faults, [Fault::CutShort(5)]);
        // Another end without its seal.
        place.sql(&["UPDATE access_chain SET last_number = 3"]).await;
        assert!(place.writer().await.write(entry(6)).await.is_err());
        assert_eq!(place.verdict().await.faults[0], Fault::EndsAltered);
    });
}

#[test]
fn nothing_is_appended_after_a_last_record_that_somebody_touched() {
    let touches: [&[&str]; 4] = [
        &["UPDATE access_record SET subject = 'eve' WHERE number = 4"],
        &["DELETE FROM access_source WHERE number = 4", "DELETE FROM access_record WHERE number = 4"],
        &["UPDATE access_source SET shown = shown + 1 WHERE number = 4"],
        &["UPDATE access_record SET number = 9 WHERE number = 2"],
    ];
    for (at, touch) in touches.into_iter().enumerate() {
        everywhere(&format!("last{at}"), async |place| {
            place.filled(4).await;
            place.sql(touch).await;
            // A server that starts afterwards writes nothing, and so gives no partner data.
            assert!(place.writer().await.write(entry(5)).await.is_err(), "{touch:?}");
        });
    }
}

#[test]
fn an_end_that_is_touched_while_a_server_runs_is_noticed_with_the_next_thousand() {
    everywhere("thousand", async |place| {
        let log = place.writer().await;
        let write = |number| {
            let log = log.clone();
            async move { log.write(entry(number)).await }
        };
        let most = futures_util::future::join_all((1..=995).map(write)).await;
        assert!(most.into_iter().all(|written| written.is_ok()));
        for number in 996..=999 {
            write(number).await.unwrap();
        }
        place.sql(&["UPDATE access_record SET subject = 'eve' WHERE number = 999"]).await;
        assert!(write(1_000).await.is_err());
        assert_eq!(place.verdict().await.faults, [Fault::Altered(999)]);
    });
}

#[test]
fn a_record_of_more_sources_than_one_statement_takes_is_written_whole() {
    everywhere("many_sources", async |place| {
        let log = place.filled(2).await;
        let mut large = entry(3);
        large.sources = (0..2_500)
            .map(|number| SourceAccess { source: format!("S{number:04}"), ..large.sources[0].clone() })
            .collect();
        log.write(large).await.unwrap();
        log.write(entry(4)).await.unwrap();
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 4, "{verdict:?}");
    });
}

#[test]
fn a_database_that_says_nothing_for_a_while_is_written_to_afterwards() {
    everywhere("silent", async |place| {
        let log = place.filled(3).await;
        let other = Database::connect(&place.url).await.unwrap();
        let held = other.begin().await.unwrap();
        held.execute_unprepared("UPDATE access_chain SET last_number = last_number + 0").await.unwrap();
        assert!(log.write(entry(4)).await.is_err(), "nobody waits for ever");
        held.rollback().await.unwrap();
        log.write(entry(5)).await.unwrap();
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records >= 4, "{verdict:?}");
    });
}

#[test]
fn a_server_over_an_older_copy_with_which_others_went_on_writes_nothing() {
    everywhere("forked", async |place| {
        let log = place.filled(4).await;
        place.copy_log().await;
        log.write(entry(5)).await.unwrap();
        place.put_log_back().await;
        let anew = place.writer().await;
        for number in 6..=8 {
            anew.write(entry(number)).await.unwrap();
        }
        // Its last record is another one here, and the chain has gone beyond it.
        assert!(log.write(entry(9)).await.is_err());
        anew.write(entry(10)).await.unwrap();
        assert!(place.verdict().await.holds());
    });
}

#[test]
fn one_record_that_the_database_does_not_take_keeps_back_no_other() {
    everywhere("refused", async |place| {
        let log = place.writer().await;
        // The same source twice in one record breaks the key of its table.
        let mut broken = entry(1);
        broken.sources.push(broken.sources[0].clone());
        let writes = (0..40).map(|number| {
            let (log, entry) = (log.clone(), if number == 17 { broken.clone() } else { entry(number) });
            async move { log.write(entry).await.is_ok() }
        });
        let kept = futures_util::future::join_all(writes).await;
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 39);
        assert!(!kept[17]);
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 39, "{verdict:?}");
    });
}

#[test]
fn retention_removes_what_is_old_and_the_chain_still_holds() {
    everywhere("retention", async |place| {
        let log = place.filled(20).await;
        let before = start() + TimeDelta::days(8);
        let shorten = async |before| place.store.shorten_log(&keyring(), before, before).await;
        assert_eq!(shorten(before).await.unwrap(), 7);
        assert_eq!(shorten(before).await.unwrap(), 0);
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 13, "{verdict:?}");
        log.write(entry(21)).await.unwrap();
        assert_eq!(place.end().await.number, 21);
        // What shows that somebody touched the log is not removed.
        place.sql(&["UPDATE access_record SET subject = 'autrui' WHERE number = 9"]).await;
        assert!(shorten(before + TimeDelta::days(5)).await.is_err());
        assert_eq!(place.verdict().await.faults, [Fault::Altered(9)]);
        place.sql(&["DELETE FROM access_record WHERE number = 9"]).await;
        assert!(shorten(before + TimeDelta::days(5)).await.is_err());
        // All of it may be old.
        place
            .sql(&["DELETE FROM access_source", "DELETE FROM access_record", "DELETE FROM access_chain"])
            .await;
        let log = place.filled(3).await;
        assert_eq!(shorten(start() + TimeDelta::days(900)).await.unwrap(), 3);
        assert!(place.verdict().await.holds());
        log.write(entry(4)).await.unwrap();
        let verdict = place.verdict().await;
        assert!(verdict.holds() && verdict.records == 1, "{verdict:?}");
    });
}
