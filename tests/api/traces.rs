//! Traces of requests, as a collector receives them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::mpsc,
};

use serde_json::json;

/// A trace of whoever asks, and the same as bytes.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACE_BYTES: [u8; 16] =
    [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];

/// Reads one request; its first line, its headers and its body.
fn received(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (head, body)
}

/// A collector: hands on what it is sent.
fn collector() -> (SocketAddr, mpsc::Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (hand_on, collected) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let sent = received(&mut stream);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            if hand_on.send(sent).is_err() {
                break;
            }
        }
    });
    (address, collected)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_collector_is_told_what_a_request_was_and_nothing_that_was_given_with_it() {
    let (collector, collected) = collector();
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_observatoire"))
        .arg("serve")
        .env("OBSERVATOIRE_DATA", folder.path())
        .env("OBSERVATOIRE_LISTEN", "127.0.0.1:0")
        .env("OBSERVATOIRE_LOG", "error")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{collector}"))
        .env("OTEL_BSP_SCHEDULE_DELAY", "50")
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(server.stdout.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let address: SocketAddr =
        line.split("http://").nth(1).unwrap().trim().trim_end_matches('/').parse().unwrap();
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));

    let body = json!({
        "query": "query Where($code: String!) { territory(code: $code) { name } }",
        "variables": { "code": "21166" },
    })
    .to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\ntraceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Chenôve"), "{answer}");

    // Spans come in one lot or in several.
    let mut all = Vec::new();
    for (head, body) in &collected {
        assert!(head.starts_with("POST /v1/traces "), "{head}");
        assert!(head.to_ascii_lowercase().contains("application/x-protobuf"), "{head}");
        all.extend(body);
        if holds(&all, b"POST /graphql") {
            break;
        }
    }
    for part in ["observatoire", "POST /graphql", "graphql.operation.name", "Where", "observatory.cost"] {
        assert!(holds(&all, part.as_bytes()), "{part}");
    }
    assert!(holds(&all, &TRACE_BYTES), "it is in the trace of whoever asked");
    for given in ["21166", "Chenôve", "$code"] {
        assert!(!holds(&all, given.as_bytes()), "{given}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
}
