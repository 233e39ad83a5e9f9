//! How far reading has come.

use super::{Table, file, gzipped, zipped};
use crate::{Options, read};

#[test]
fn progress_goes_up_to_the_end() {
    let text = format!("a;b\n{}", "1;2\n".repeat(100_000));
    let packed = gzipped(text.as_bytes());
    let archive = zipped(&[("x.csv", text.as_bytes())]);
    for bytes in [text.as_bytes(), &packed, &archive] {
        let mut told = Vec::new();
        let mut table = Table::default();
        read(&mut file(bytes), &Options::default(), &mut table, &mut |done, of| told.push((done, of)))
            .unwrap();
        assert_eq!(table.rows.len(), 100_000);
        assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        assert!(told.iter().all(|(_, of)| *of == bytes.len() as u64));
        assert_eq!(told.last().map(|(done, _)| *done), Some(bytes.len() as u64));
        assert!(told.len() > 1 && told.len() < 1_000);
    }
}

#[test]
fn a_file_is_read_from_its_beginning_wherever_it_stands() {
    use std::io::{Seek, SeekFrom};
    let mut file = file(b"a;b\n1;2\n");
    file.seek(SeekFrom::End(0)).unwrap();
    let mut table = Table::default();
    read(&mut file, &Options::default(), &mut table, &mut |_, _| ()).unwrap();
    assert_eq!(table.rows, [["1", "2"]]);
}
