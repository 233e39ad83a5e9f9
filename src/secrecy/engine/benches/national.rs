//! How the engine grows: tables of a country's shape, from ten thousand cells to a million.
//!
//! `cargo bench -p disclosure-control` plans, proves and checks each of them and prints a table; an argument
//! chooses the largest size in cells, as in `cargo bench -p disclosure-control -- 100000`. Never part of a test.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "../chance.rs"]
mod chance;

use std::time::Instant;

use disclosure_control::{
    Cell, CellIndex, Holders, Options, Protection, Relation, Singletons, Status, Table, check, cost,
    find_singletons, plan,
};

use chance::Chance;

/// Counts from 1 to one less than this are sensitive.
const MINIMUM: i64 = 5;
const CATEGORIES: usize = 12;
/// Sizes, in cells.
const SIZES: [usize; 5] = [10_000, 30_000, 100_000, 300_000, 1_100_000];

fn below(chance: &mut Chance, end: u64) -> u64 {
    chance.next() % end.max(1)
}

/// From 0 to 1.
fn share(chance: &mut Chance) -> f64 {
    (chance.next() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A line of counts: one a category, and their sum at the end.
type Line = Vec<i64>;

struct Country {
    table: Table,
}

impl Country {
    /// Regions of departments of communes, the largest communes split into IRIS, and neighbourhoods that cut
    /// across the IRIS of one commune. People per commune fall off as in France: most have a few hundred.
    fn draw(cells: usize) -> Self {
        let mut chance = Chance(2026);
        let lines = cells / (CATEGORIES + 1);
        let communes = lines * 35 / 86;
        let iris = lines * 50 / 86;
        let neighbourhoods = lines * 15 / 860;
        let split = (communes / 18).max(1);
        let departments = (communes / 365).max(2);
        let regions = (departments / 7).max(1);
        let mut country = Self { table: Table::default() };
        let mut of_departments: Vec<Vec<(usize, Line)>> = vec![Vec::new(); departments];
        let mut left = neighbourhoods;
        for commune in 0..communes {
            let line = if commune < split {
                let own = iris / split + usize::from(commune < iris % split);
                let cut = neighbourhoods.div_ceil(split).min(left).min(own / 2);
                left -= cut;
                country.city(own.max(2), cut, &mut chance)
            } else {
                let people = 60.0 / (0.03 + share(&mut chance)).powf(1.2);
                let line = drawn(people, &mut chance);
                (country.lay(&line, true), line)
            };
            let department = below(&mut chance, departments as u64) as usize;
            of_departments[department].push(line);
        }
        let departments: Vec<(usize, Line)> =
            of_departments.into_iter().map(|communes| country.whole(&communes)).collect();
        let parts = departments.len().div_ceil(regions);
        let regions: Vec<(usize, Line)> = departments.chunks(parts).map(|some| country.whole(some)).collect();
        country.whole(&regions);
        let alone: Vec<bool> = country.table.cells.iter().map(|cell| cell.value == 1).collect();
        find_singletons(&mut country.table, &alone);
        country
    }

    /// A commune of IRIS, some of them cut in two by neighbourhoods.
    fn city(&mut self, iris: usize, neighbourhoods: usize, chance: &mut Chance) -> (usize, Line) {
        let mut all = Vec::new();
        let mut inside: Vec<Vec<(usize, Line)>> = vec![Vec::new(); neighbourhoods];
        for at in 0..iris {
            let people = 150.0 + 250.0 * share(chance);
            if at / 2 < neighbourhoods {
                let (part, rest) = (drawn(people * 0.4, chance), drawn(people * 0.6, chance));
                let (within, outside) = (self.lay(&part, false), self.lay(&rest, false));
                inside[at / 2].push((within, part.clone()));
                all.push(self.whole(&[(within, part), (outside, rest)]));
            } else {
                let line = drawn(people, chance);
                all.push((self.lay(&line, true), line));
            }
        }
        for parts in inside {
            self.whole(&parts);
        }
        self.whole(&all)
    }

    /// A total of lines, by category and in all.
    fn whole(&mut self, parts: &[(usize, Line)]) -> (usize, Line) {
        let mut line = vec![0; CATEGORIES + 1];
        for (_, part) in parts {
            line.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        }
        let start = self.lay(&line, true);
        for category in 0..=CATEGORIES {
            let terms = parts.iter().map(|(part, _)| ((part + category) as CellIndex, 1));
            let terms = terms.chain([((start + category) as CellIndex, -1)]).collect();
            self.table.relations.push(Relation { terms });
        }
        (start, line)
    }

    /// Lays a line of cells; gives the position of the first.
    fn lay(&mut self, line: &Line, published: bool) -> usize {
        let start = self.table.cells.len();
        self.table.cells.extend(line.iter().map(|value| Cell {
            value: *value,
            cost: if published { cost(value.unsigned_abs()) } else { 0 },
            protection: (*value > 0 && *value < MINIMUM).then_some(Protection {
                low: 1,
                high: MINIMUM,
                width: MINIMUM - 1,
            }),
            published,
            frozen: published && *value == 0,
            least: i64::from(published && *value > 0),
            singleton: None,
            holders: Holders::NOBODY,
        }));
        let total = ((start + CATEGORIES) as CellIndex, -1);
        let parts = (start..start + CATEGORIES).map(|cell| (cell as CellIndex, 1));
        self.table.relations.push(Relation { terms: parts.chain([total]).collect() });
        start
    }
}

fn drawn(people: f64, chance: &mut Chance) -> Line {
    let mut line: Line = (0..CATEGORIES)
        .map(|category| {
            let mean = people * 0.25 / (1.0 + category as f64);
            (mean * (0.4 + 1.2 * share(chance)) + share(chance)) as i64
        })
        .collect();
    line.push(line.iter().sum());
    line
}

/// A figure of the process or the machine, where the system tells it.
fn told(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn main() {
    let largest = std::env::args().find_map(|text| text.parse::<usize>().ok()).unwrap_or(usize::MAX);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = told("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    println!("{processor}, {cores} cores; intervals, zeros known, single contributors thought of\n");
    println!("| cells | relations | sensitive | masked for them | planned, s | checked, s | peak memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let mut measured = Vec::new();
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        let Country { table } = Country::draw(size);
        let clock = Instant::now();
        let solution = match plan(&table, Options::default(), &mut |_, _, _| ()) {
            Ok(solution) => solution,
            Err(error) => {
                println!("| {} | {error} |", table.cells.len());
                continue;
            }
        };
        let planned = clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        let checked = check(&table, &solution.statuses, &solution.certificates, Singletons::Anybody);
        let seconds = clock.elapsed().as_secs_f64();
        let secondary = solution.statuses.iter().filter(|status| **status == Status::Secondary).count();
        let memory = told("/proc/self/status", "VmHWM").unwrap_or_else(|| "?".to_owned());
        match checked {
            Ok(checked) => {
                measured.push((table.cells.len() as f64, planned));
                println!(
                    "| {} | {} | {} | {secondary} | {planned:.2} | {seconds:.2} | {memory} |",
                    table.cells.len(),
                    table.relations.len(),
                    checked.sensitive
                );
            }
            Err(error) => println!("| {} | not proved: {error} |", table.cells.len()),
        }
    }
    if let Some(exponent) = exponent(&measured) {
        println!(
            "\nTime to plan grows as cells to the power of {exponent:.2} (least squares over the rows above)."
        );
    }
}

/// The power to which seconds grow with cells, by least squares on logarithms; none for less than two sizes.
fn exponent(measured: &[(f64, f64)]) -> Option<f64> {
    let points: Vec<(f64, f64)> =
        measured.iter().map(|(cells, seconds)| (cells.ln(), seconds.ln())).collect();
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (across, up) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = points.iter().map(|point| (point.0 - across).powi(2)).sum();
    let slope: f64 = points.iter().map(|point| (point.0 - across) * (point.1 - up)).sum();
    (points.len() > 1).then_some(slope / spread)
}
