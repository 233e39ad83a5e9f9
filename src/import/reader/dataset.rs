//! JSON-stat 2.0 datasets, in long form: a column for each dimension, then the value and its status.

use std::{
    collections::HashSet,
    fmt,
    io::{BufReader, Read},
};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::{
    dataset_dimension::Dimension,
    dataset_parts::{Entries, Texts},
    doubt::{JsonDoubt, Size},
    fault::{Halt, ReadFault},
    gate::Gate,
    options::Limits,
    table::Format,
    unpack::Counted,
};

/// The mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads a JSON-stat dataset; gives the bytes of its document.
pub(crate) fn read(reader: impl Read, limits: &Limits, gate: &mut Gate<'_>) -> Result<u64, Halt> {
    let mut reader = Counted::new(reader, limits.workbook_bytes, Size::Document);
    let dataset = parse(&mut reader)?;
    if dataset.class.as_deref() != Some("dataset") {
        return Err(fault(JsonDoubt::NotADataset).into());
    }
    let mut names: Vec<&str> = dataset.id.iter().map(String::as_str).collect();
    let at_value = names.len();
    names.push("value");
    // A column that the dataset does not have is nobody's to accept.
    let has_status = !dataset.status.is_empty();
    names.extend(has_status.then_some("status"));
    if names.len() > limits.columns {
        return Err(ReadFault::TooManyColumns { limit: limits.columns }.at(1, None).into());
    }
    let codes = codes(&dataset)?;
    let cells = dataset
        .size
        .iter()
        .try_fold(1_u64, |product, size| product.checked_mul(*size))
        .ok_or(fault(JsonDoubt::Dimensions))?;
    let places = Places::of(&dataset, cells)?;
    if places.len() > limits.rows {
        return Err(ReadFault::TooManyRows { limit: limits.rows }.into());
    }
    gate.header(Format::JsonStat, 1, &names)?;
    (0..places.len()).try_for_each(|order| {
        let place = places.at(order);
        let mut fields = vec![""; names.len()];
        let mut rest = place;
        // The last dimension goes fastest
        for (index, codes) in codes.iter().enumerate().rev() {
            let size = codes.len() as u64;
            fields[index] = codes[(rest % size) as usize];
            rest /= size;
        }
        fields[at_value] = dataset.value.at(place).unwrap_or_default();
        if has_status {
            fields[at_value + 1] = dataset.status.at(place).unwrap_or_default();
        }
        gate.record(order + 2, &fields)
    })?;
    Ok(reader.count())
}

const fn fault(doubt: JsonDoubt) -> ReadFault {
    ReadFault::JsonStat(doubt)
}

fn parse(reader: &mut impl Read) -> Result<Dataset, Halt> {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let mut start = Vec::with_capacity(BOM.len());
    reader.by_ref().take(BOM.len() as u64).read_to_end(&mut start)?;
    if start == BOM {
        start.clear();
    }
    serde_json::from_reader(start.as_slice().chain(reader)).map_err(|error| {
        let line = error.line() as u64;
        if error.is_io() {
            return std::io::Error::from(error).into();
        }
        fault(JsonDoubt::Malformed).at(line.max(1), None).into()
    })
}

/// The codes of each dimension, in order.
fn codes(dataset: &Dataset) -> Result<Vec<Vec<&str>>, ReadFault> {
    let wrong = || fault(JsonDoubt::Dimensions);
    if dataset.id.is_empty() || dataset.id.len() != dataset.size.len() {
        return Err(wrong());
    }
    let of = |(id, size): (&String, &u64)| {
        let mut named = dataset.dimension.0.iter().filter(|(name, _)| name == id);
        let (Some((_, dimension)), None) = (named.next(), named.next()) else { return Err(wrong()) };
        let codes = dimension.codes().ok_or_else(wrong)?;
        if codes.len() as u64 == *size && *size > 0 { Ok(codes) } else { Err(wrong()) }
    };
    dataset.id.iter().zip(&dataset.size).map(of).collect()
}

/// The places that have a row: all of them, or those that a sparse value or status names.
enum Places {
    All(u64),
    Some(Vec<u64>),
}

impl Places {
    fn of(dataset: &Dataset, cells: u64) -> Result<Self, ReadFault> {
        let fits = |texts: &Texts| match texts.places() {
            _ if texts.is_single() => true,
            Some(places) => places.last().is_none_or(|(place, _)| *place < cells),
            None => texts.len() as u64 == cells,
        };
        if dataset.value.is_single() || !fits(&dataset.value) || !fits(&dataset.status) {
            return Err(fault(JsonDoubt::Cells));
        }
        let named = |texts: &Texts| {
            texts.places().map(|places| places.iter().map(|(place, _)| *place).collect::<Vec<_>>())
        };
        Ok(match (named(&dataset.value), named(&dataset.status)) {
            (None, _) => Self::All(cells),
            (Some(_), None) if !dataset.status.is_single() => Self::All(cells),
            (Some(values), statuses) => {
                let mut places = values;
                places.extend(statuses.unwrap_or_default());
                places.sort_unstable();
                places.dedup();
                Self::Some(places)
            }
        })
    }

    const fn len(&self) -> u64 {
        match self {
            Self::All(count) => *count,
            Self::Some(places) => places.len() as u64,
        }
    }

    fn at(&self, order: u64) -> u64 {
        match self {
            Self::All(_) => order,
            Self::Some(places) => places.get(order as usize).copied().unwrap_or_default(),
        }
    }
}

/// A dataset, as far as it is read.
#[derive(Debug, Default)]
struct Dataset {
    class: Option<String>,
    id: Vec<String>,
    size: Vec<u64>,
    dimension: Entries<Dimension>,
    value: Texts,
    status: Texts,
}

struct DatasetVisitor;

impl<'de> Visitor<'de> for DatasetVisitor {
    type Value = Dataset;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a dataset")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Dataset, A::Error> {
        let mut dataset = Dataset { status: Texts::none(), ..Dataset::default() };
        let mut seen = HashSet::new();
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "class" => dataset.class = Some(object.next_value()?),
                "id" => dataset.id = object.next_value()?,
                "size" => dataset.size = object.next_value()?,
                "dimension" => dataset.dimension = object.next_value()?,
                "value" => dataset.value = object.next_value()?,
                "status" => dataset.status = object.next_value()?,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            }
            if !seen.insert(key) {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(dataset)
    }
}

impl<'de> Deserialize<'de> for Dataset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DatasetVisitor)
    }
}
