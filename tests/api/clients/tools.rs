//! What the clients are run with: found on the machine, with their packages installed beside the build.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where packages are installed: kept between runs, and outside of the work tree.
const INSTALLED: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/clients");

/// Where those of the protocols are: tests of both run at once.
const PROTOCOLS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/protocols");

/// Where those that read formats are.
const FORMATS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/formats");

/// Where what makes documents of the schema is.
const FUZZING: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/fuzzing");

/// Whether a client that cannot be run is an error.
fn required() -> bool {
    env::var_os("OBSERVATOIRE_REQUIRE_CLIENTS").is_some_and(|value| value == "1")
}

/// Tools that are there. Where they are not, that is said, or an error where they are required.
pub fn ready<T>(client: &str, tools: Result<T, String>) -> Option<T> {
    match tools {
        Ok(tools) => Some(tools),
        Err(missing) if required() => panic!("{client}: {missing}"),
        Err(missing) => {
            let _ = writeln!(std::io::stderr(), "The client in {client} is not tested: {missing}");
            None
        }
    }
}

/// Runs a tool; what it said where it is not there or fails.
pub fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {}", said.concat())) }
}

/// Installs packages unless those of this list are there already.
fn installed(list: &Path, folder: &Path, install: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let (wanted, stamp) = (fs::read_to_string(list).unwrap(), folder.join("installed"));
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, wanted).unwrap();
    Ok(())
}

/// Copies the files of a folder.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// A copy of a folder of programs with its packages, laid as in the repository: they read the schema and the examples. The
/// folders `below` it are copied as well; what tools have `made` there before is not taken along.
fn laid(copy: &Path, path: &str, below: &[&str], made: &[&str]) -> Result<PathBuf, String> {
    run(Command::new("node").arg("--version"))?;
    let (root, folder) = (Path::new(ROOT), copy.join(path));
    // What has another name now is not taken along either.
    let old = below.iter().chain(made).map(|old| folder.join(old));
    for old in old.chain([copy.join("examples")]) {
        let _ = fs::remove_dir_all(old);
    }
    copied(&root.join(path), &folder);
    for below in below {
        copied(&root.join(path).join(below), &folder.join(below));
    }
    copied(&root.join("examples"), &copy.join("examples"));
    fs::copy(root.join("schema.graphql"), copy.join("schema.graphql")).unwrap();
    packages(&folder)?;
    Ok(folder)
}

/// The client in JavaScript.
pub fn javascript() -> Result<PathBuf, String> {
    laid(Path::new(INSTALLED), "docs/clients/javascript", &["src"], &["dist"])
}

/// The programs that speak protocols which others wrote down.
pub fn protocols() -> Result<PathBuf, String> {
    laid(Path::new(PROTOCOLS), "tests/protocol", &["relay", "relay/src"], &[])
}

/// The programs that draw what others wrote down how to draw.
pub fn formats() -> Result<PathBuf, String> {
    laid(Path::new(FORMATS), "tests/formats", &[], &[])
}

/// A copy of the OpenID Connect provider that gives tokens in tests, with its packages. It asks for a newer Node than the
/// clients do: where that is too old it is not tested, required or not.
pub fn provider() -> Option<PathBuf> {
    let name = "tests/api/providers/real";
    let is_recent = "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)";
    let node = run(Command::new("node").arg("--version"));
    if node.is_ok() && run(Command::new("node").args(["--eval", is_recent])).is_err() {
        let _ = writeln!(std::io::stderr(), "The provider in {name} is not tested: it needs Node 20");
        return None;
    }
    ready(name, node.and_then(|()| installed_provider(&Path::new(ROOT).join(name))))
}

fn installed_provider(from: &Path) -> Result<PathBuf, String> {
    let folder = Path::new(INSTALLED).join("provider");
    copied(from, &folder);
    packages(&folder)?;
    Ok(folder)
}

/// Installs the packages that a folder lists.
fn packages(folder: &Path) -> Result<(), String> {
    installed(&folder.join("package-lock.json"), folder, || {
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(Command::new("npm").current_dir(folder).args(arguments))
    })
}

/// Generates the types from the schema, for the examples too, and compiles: what does not fit the schema fails here.
pub fn built(folder: &Path) {
    run(Command::new("npm").current_dir(folder).args(["run", "build"])).unwrap();
    let documents = fs::read_to_string(folder.join("src/gql/graphql.ts")).unwrap();
    for name in ["ObservationsDocument", "TableDocument", "ShadesDocument", "FiguresDocument"] {
        assert!(documents.contains(&format!("export const {name} ")), "{name} has no types");
    }
}

/// The interpreter of an environment that has the packages of the clients in Python.
pub fn python() -> Result<PathBuf, String> {
    environment(&Path::new(INSTALLED).join("python"), "docs/clients/python/requirements.txt")
}

/// The interpreter of an environment that has the readers of formats.
pub fn readers() -> Result<PathBuf, String> {
    environment(&Path::new(FORMATS).join("python"), "tests/formats/requirements.txt")
}

/// The interpreter of an environment that has what makes documents of the schema.
pub fn fuzzing() -> Result<PathBuf, String> {
    environment(&Path::new(FUZZING).join("python"), "tests/fuzz/requirements.txt")
}

/// The interpreter of an environment that has the packages of a list.
fn environment(folder: &Path, list: &str) -> Result<PathBuf, String> {
    let interpreter = folder.join("bin/python");
    let list = Path::new(ROOT).join(list);
    fs::create_dir_all(folder).unwrap();
    installed(&list, folder, || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(&interpreter).args(arguments).arg(&list))
    })?;
    Ok(interpreter)
}

/// R with the package that asks over HTTP.
pub fn r() -> Result<(), String> {
    run(Command::new("Rscript").args(["--vanilla", "-e", "library(httr2)"]))
}
