//! What documents are and say, whatever their names; and the shelf, in a folder and behind a small server that speaks S3.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{Seek as _, Write as _},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, Response, StatusCode},
};
use chrono::{TimeDelta, Utc};
use entity::types::DocumentKind;
use futures_util::TryStreamExt as _;
use lopdf::{
    Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};
use object_store::aws::AmazonS3Builder;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{DocumentFault, Place, Said, Shelf, said, sniff};

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn archive(parts: &[(&str, &str)]) -> File {
    let mut writer = ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap()
}

fn look(file: &mut File) -> (DocumentKind, Said) {
    let kind = sniff(file).unwrap().kind;
    (kind, said(file, kind).unwrap())
}

const ODT: &str = "application/vnd.oasis.opendocument.text";

#[test]
fn office_documents_say_what_is_written_in_them() {
    let odt = [
        ("mimetype", ODT),
        (
            "content.xml",
            "<d xmlns:text='t'><text:p>1<text:span>23</text:span>4 foyers &amp; 12,5&#xA0;%</text:p><text:p>7</text:p></d>",
        ),
        ("META-INF/manifest.xml", "<m/>"),
    ];
    let (kind, told) = look(&mut archive(&odt));
    assert_eq!((kind, told.whole), (DocumentKind::Odt, true));
    assert!(told.text.contains("1234 foyers"), "{}", told.text);
    assert!(told.text.contains("12,5\u{a0}%"), "{}", told.text);
    assert!(told.text.contains("\n7\n"), "{}", told.text);

    let docx = [
        ("[Content_Types].xml", "<t/>"),
        (
            "word/document.xml",
            "<w:d xmlns:w='w'><w:p><w:r><w:t>4</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>2 foyers</w:t></w:r></w:p></w:d>",
        ),
        ("word/footnotes.xml", "<w:d xmlns:w='w'><w:p><w:r><w:t>note 9</w:t></w:r></w:p></w:d>"),
    ];
    let (kind, told) = look(&mut archive(&docx));
    assert_eq!((kind, told.whole), (DocumentKind::Docx, true));
    assert!(told.text.contains("42 foyers") && told.text.contains("note 9"), "{}", told.text);

    let xlsx = [
        ("[Content_Types].xml", "<t/>"),
        ("xl/workbook.xml", "<w/>"),
        ("xl/sharedStrings.xml", "<sst><si><t>foyers</t></si></sst>"),
        ("xl/worksheets/sheet1.xml", "<w><row><c t=\"s\"><v>777</v></c><c><v>31</v></c></row></w>"),
    ];
    let (kind, told) = look(&mut archive(&xlsx));
    assert_eq!((kind, told.whole), (DocumentKind::Xlsx, true));
    assert!(told.text.contains("31") && told.text.contains("foyers"), "{}", told.text);
    assert!(!told.text.contains("777"), "a pointer to a text is no number: {}", told.text);
}

#[test]
fn what_is_not_text_is_not_read_whole() {
    let mut with_picture =
        archive(&[("mimetype", ODT), ("content.xml", "<d>5</d>"), ("Pictures/1.png", "x")]);
    assert!(!look(&mut with_picture).1.whole);
    let mut broken = archive(&[("mimetype", ODT), ("content.xml", "<d><p>5</d>")]);
    assert!(!look(&mut broken).1.whole);
    let long = format!("<d>{}</d>", "5 ".repeat(40 << 20));
    let mut bomb = archive(&[("mimetype", ODT), ("content.xml", &long)]);
    let told = look(&mut bomb).1;
    assert!(!told.whole && told.text.len() <= 64 << 20);
    assert_eq!(look(&mut file(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")), (DocumentKind::Png, Said::default()));
    assert_eq!(look(&mut file(b"%PDF-1.7 and nothing that holds")), (DocumentKind::Pdf, Said::default()));
}

/// A PDF document of one page that says a text, and holds a picture where asked.
fn portable(text: &str, picture: bool) -> File {
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let font =
        document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    if picture {
        let looks = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1 };
        document.add_object(Stream::new(looks, vec![0]));
    }
    let operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 12.into()]),
        Operation::new("Tj", vec![Object::string_literal(text)]),
        Operation::new("ET", vec![]),
    ];
    let content = Content { operations }.encode().unwrap();
    let content = document.add_object(Stream::new(dictionary! {}, content));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    document
        .objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    file(&bytes)
}

#[test]
fn portable_documents_say_the_text_of_their_pages() {
    let (kind, told) = look(&mut portable("pour 4 foyers", false));
    assert_eq!((kind, told.whole), (DocumentKind::Pdf, true));
    assert!(told.text.contains("pour 4 foyers"), "{}", told.text);
    let (_, told) = look(&mut portable("pour 4 foyers", true));
    assert!(!told.whole && told.text.contains("pour 4 foyers"));
}

#[test]
fn what_a_file_is_comes_from_its_content() {
    let refused = |mut file: File| sniff(&mut file).unwrap_err();
    assert!(matches!(refused(file(b"")), DocumentFault::Kind));
    assert!(matches!(refused(file(b"<html>%PDF-1.7</html>")), DocumentFault::Kind));
    assert!(matches!(refused(file(b"PK\x03\x04 and no archive")), DocumentFault::Kind));
    assert!(matches!(refused(archive(&[("a.txt", "text")])), DocumentFault::Kind));
    let macros = [("[Content_Types].xml", ""), ("word/document.xml", ""), ("word/vbaProject.bin", "")];
    assert!(matches!(refused(archive(&macros)), DocumentFault::Programs));
    let scripts = [("mimetype", ODT), ("content.xml", ""), ("Basic/Standard/Module1.xml", "")];
    assert!(matches!(refused(archive(&scripts)), DocumentFault::Programs));
    let names: Vec<String> = (0..5_000).map(|number| format!("{number}.xml")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert!(matches!(refused(archive(&many)), DocumentFault::Kind));
    let sniffed = sniff(&mut file(b"%PDF-")).unwrap();
    assert_eq!(
        (sniffed.size, sniffed.checksum.as_str()),
        (5, "38523c087796e5d5dd1cf9bad1fb026781a838dd9dd2cf8af58b9f6502a46778")
    );
}

#[test]
fn a_place_is_a_folder_or_a_bucket() {
    assert_eq!(Place::read("data/études"), Some(Place::Folder("data/études".into())));
    let bucket = |prefix: &str| Some(Place::Bucket { name: "etudes".to_owned(), prefix: prefix.to_owned() });
    assert_eq!(Place::read("s3://etudes"), bucket(""));
    assert_eq!(Place::read("s3://etudes/observatoire/"), bucket("observatoire"));
    for wrong in ["", " ", "s3://", "s3:///x", "https://example.org/x", "s3://a b"] {
        assert_eq!(Place::read(wrong), None, "{wrong}");
    }
}

/// Keeps a document, reads it, spoils it, and throws it away.
async fn live(shelf: &Shelf, spoil: impl AsyncFn(&str)) {
    let reference = "0123456789abcdef0123456789abcdef";
    // Larger than what is sent in one piece.
    let bytes: Vec<u8> = (0..11 << 20).map(|at: u32| at.to_le_bytes()[1]).collect();
    let mut kept = file(&bytes);
    kept.seek(std::io::SeekFrom::End(0)).unwrap();
    shelf.keep(reference, kept).await.unwrap();
    let sum = |bytes: &[u8]| -> String {
        use sha2::{Digest as _, Sha256};
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let other = shelf.bytes(reference, sum(b"another document")).await.unwrap();
    assert!(other.try_for_each(|_| std::future::ready(Ok(()))).await.is_err(), "another checksum");
    let parts = shelf.bytes(reference, sum(&bytes)).await.unwrap();
    let read: Vec<u8> = parts
        .try_fold(Vec::new(), |mut all, part| {
            all.extend_from_slice(&part);
            std::future::ready(Ok(all))
        })
        .await
        .unwrap();
    assert!(read == bytes, "what comes back is what was kept");
    let tomorrow = Utc::now() + TimeDelta::hours(25);
    let abandoned = shelf.abandoned(&HashSet::new(), tomorrow).await.unwrap();
    assert_eq!(abandoned, [reference]);
    assert!(shelf.abandoned(&HashSet::new(), Utc::now()).await.unwrap().is_empty(), "it is young");
    assert!(shelf.abandoned(&HashSet::from([reference.to_owned()]), tomorrow).await.unwrap().is_empty());
    spoil(reference).await;
    let parts = shelf.bytes(reference, sum(&bytes)).await.unwrap();
    assert!(parts.try_for_each(|_| std::future::ready(Ok(()))).await.is_err(), "it was spoilt");
    shelf.remove(reference).await.unwrap();
    shelf.remove(reference).await.unwrap();
    assert!(shelf.bytes(reference, String::new()).await.is_err());
}

#[tokio::test]
async fn a_folder_keeps_documents() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("documents"));
    let shelf = Shelf::open(&place, 1, |folder| std::fs::create_dir_all(folder)).unwrap();
    live(&shelf, async |reference| {
        std::fs::write(folder.path().join("documents").join(reference), b"spoilt").unwrap();
    })
    .await;
}

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// As much of S3 as is needed: objects put whole or in parts, read, listed and deleted (several at once).
async fn bucket(State(objects): State<Objects>, request: Request) -> Response<Body> {
    let (path, query) =
        (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let key = path.trim_start_matches("/etudes/").to_owned();
    let method = request.method().clone();
    assert!(request.headers().contains_key("authorization"), "every request is signed");
    let body = to_bytes(request.into_body(), 64 << 20).await.unwrap();
    let mut objects = objects.lock().unwrap();
    let answer = |status: StatusCode, body: Vec<u8>| {
        let response = Response::builder().status(status).header("ETag", "\"1\"");
        response.header("Last-Modified", "Thu, 26 Nov 2026 10:00:00 GMT").body(Body::from(body)).unwrap()
    };
    let has = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    match method {
        Method::POST if has("uploads") => {
            let told =
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
            answer(StatusCode::OK, told.into())
        }
        Method::POST if has("delete") => {
            let asked = String::from_utf8(body.to_vec()).unwrap();
            let keys = asked.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
            // What is not there is deleted too.
            let told: String = keys
                .map(|key| {
                    objects.remove(key);
                    format!("<Deleted><Key>{key}</Key></Deleted>")
                })
                .collect();
            answer(StatusCode::OK, format!("<DeleteResult>{told}</DeleteResult>").into())
        }
        Method::POST => {
            let parts: Vec<String> =
                objects.keys().filter(|name| name.starts_with("part ")).cloned().collect();
            let whole = parts.iter().flat_map(|name| objects.remove(name).unwrap()).collect();
            objects.insert(key, whole);
            answer(
                StatusCode::OK,
                b"<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>".into(),
            )
        }
        Method::PUT if has("partNumber") => {
            let number = query.split('&').find_map(|part| part.strip_prefix("partNumber=")).unwrap();
            objects.insert(format!("part {number:0>4}"), body.to_vec());
            answer(StatusCode::OK, Vec::new())
        }
        Method::PUT => {
            objects.insert(key, body.to_vec());
            answer(StatusCode::OK, Vec::new())
        }
        Method::GET if has("list-type") => {
            let told: String = objects
                .iter()
                .map(|(name, bytes)| {
                    format!(
                        "<Contents><Key>{name}</Key><LastModified>{}</LastModified><Size>{}</Size><ETag>1</ETag></Contents>",
                        Utc::now().to_rfc3339(),
                        bytes.len()
                    )
                })
                .collect();
            answer(StatusCode::OK, format!("<ListBucketResult>{told}</ListBucketResult>").into())
        }
        _ => match objects.get(&key) {
            Some(bytes) => answer(StatusCode::OK, bytes.clone()),
            None => answer(StatusCode::NOT_FOUND, b"<Error><Code>NoSuchKey</Code></Error>".into()),
        },
    }
}

#[tokio::test]
async fn an_object_store_keeps_documents() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let objects = Objects::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Router::new().fallback(bucket).with_state(Arc::clone(&objects));
    let serving = tokio::spawn(async move { axum::serve(listener, server).await });
    let store = AmazonS3Builder::new()
        .with_bucket_name("etudes")
        .with_region("fr")
        .with_endpoint(format!("http://{address}"))
        .with_allow_http(true)
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        .build()
        .unwrap();
    let shelf = Shelf::over(Arc::new(object_store::prefix::PrefixStore::new(store, "observatoire")), 1);
    live(&shelf, async |reference| {
        let mut objects = objects.lock().unwrap();
        assert_eq!(objects.keys().collect::<Vec<_>>(), [&format!("observatoire/{reference}")]);
        objects.insert(format!("observatoire/{reference}"), b"spoilt".to_vec());
    })
    .await;
    serving.abort();
}
