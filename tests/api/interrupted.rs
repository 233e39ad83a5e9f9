//! Killed at any moment of staging, planning and publishing, the observatory shows what it showed before or all of the
//! new release, and the same command run again completes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::support::{model, postgres};

/// Rounds of three kills each.
const ROUNDS: u32 = 7;

struct Place {
    folder: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_observatoire"));
        command.args(arguments).env("OBSERVATOIRE_DATA", self.folder.path().join("data"));
        command.env("OBSERVATOIRE_LOG", "error").env_remove("DATABASE_URL");
        if let Some(url) = &self.database {
            command.env("DATABASE_URL", url);
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        String::from_utf8_lossy(&stdout).into_owned()
    }

    /// Starts a command and kills it after a part of the time that it takes.
    fn kill(&self, arguments: &[&str], after: Duration) {
        let mut child = self.command(arguments).spawn().unwrap();
        // No event to wait for: the moment itself is what is tried.
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn digest(&self) -> String {
        self.run(&["release", "digest"])
    }

    fn deliveries(&self) -> PathBuf {
        let folder = self.folder.path().join("deliveries");
        std::fs::create_dir(&folder).unwrap();
        self.run(&["demo", "--deliveries", folder.to_str().unwrap(), "--year", "2026"]);
        folder.join("CD21-FSL-2026.csv")
    }

    /// Stages the file and gives the release's reference.
    fn stage(&self, file: &Path) -> String {
        let told = self.run(&["import", file.to_str().unwrap(), "--source", "CD21-FSL"]);
        told.lines().last().unwrap().split_whitespace().next().unwrap().to_owned()
    }
}

fn hold(database: Option<String>) {
    let place = Place { folder: tempfile::tempdir().unwrap(), database };
    let data = place.folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    model::found(&data, &place.database.clone().unwrap_or_else(|| model::embedded_in(&data)));
    let file = place.deliveries();
    let import = ["import", file.to_str().unwrap(), "--source", "CD21-FSL"];
    // How long each step takes when nobody disturbs it.
    let clock = Instant::now();
    let reference = place.stage(&file);
    let staging = clock.elapsed();
    let clock = Instant::now();
    place.run(&["release", "plan", &reference]);
    let planning = clock.elapsed();
    let clock = Instant::now();
    let before = place.digest();
    let publishing = clock.elapsed();
    for round in 0..ROUNDS {
        let moment = |whole: Duration| whole * (2 * round + 1) / (2 * ROUNDS);
        place.kill(&import, moment(staging));
        assert_eq!(place.digest(), before, "round {round}: an import that was killed changed what is read");
        let reference = place.stage(&file);
        place.kill(&["release", "plan", &reference], moment(planning));
        assert_eq!(place.digest(), before, "round {round}: a plan that was killed changed what is read");
        place.run(&["release", "plan", &reference]);
        assert_eq!(place.digest(), before, "round {round}: a plan changed what is read");
        place.kill(&["release", "publish", &reference], moment(publishing));
        let killed = place.digest();
        place.run(&["release", "publish", &reference]);
        let after = place.digest();
        assert_ne!(after, before);
        assert!(killed == before || killed == after, "round {round}: half of a release is read");
        place.run(&["release", "withdraw", &reference]);
        assert_eq!(place.digest(), before, "round {round}: a withdrawal leaves something behind");
    }
}

#[test]
fn killed_at_any_moment_it_shows_all_or_nothing_on_sqlite() {
    hold(None);
}

#[test]
fn killed_at_any_moment_it_shows_all_or_nothing_on_postgresql() {
    match postgres::server().and_then(|server| server.create_database("interrupted")) {
        Ok(url) => hold(Some(url)),
        Err(unavailable) if unavailable.skippable() => {}
        Err(unavailable) => panic!("{unavailable}"),
    }
}
