//! Tables drawn at random, with cells withheld at random: what is not shown leaves no trace in classes, axes, ranks and all
//! that is worked out. A true number behind a mask cannot even be said here, for [`Disclosed`] holds none; so the reason of
//! a mask changes nothing, a cell that is withheld does no more than one that is not there, and a mask that were taken for
//! nothing would be noticed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::types::{
    Audience, Breakdown, IndicatorCode, Level, Measure, PartnerCode, Period, TerritoryCode, Theme, Unit,
    Withheld,
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::present::{
    Axis, Base, Derivation, Grid, Layout, Members, Names, Question,
    chart::{Chart, ChartKind},
    classify::Method,
    draw::colour,
    map::{ThematicMap, topology::Polygon},
    words::Printing,
};
use crate::{
    auth::Access,
    catalogue::{self, Catalogue, Category, Dimension, Indicator, Source, Text},
    geography::{self, Gazetteer, Territory},
    language::Language,
    secrecy::{Disclosed, Masked, disclose},
    store::{FigureKey, Told},
};

const TABLES: u64 = 100;
/// The agglomeration, and the communes in it.
const WHOLE: i32 = 100;
const COMMUNES: [i32; 7] = [1, 2, 3, 4, 5, 6, 7];
const YEARS: [i32; 3] = [2021, 2022, 2023];
const RATE: i32 = 1;
const COUNT: i32 = 2;
/// The total, and two ages.
const BREAKDOWNS: [i32; 3] = [0, 1, 2];
const DERIVATIONS: [Derivation; 6] = [
    Derivation::Difference,
    Derivation::Growth,
    Derivation::Share,
    Derivation::Rank,
    Derivation::Gap,
    Derivation::Ratio,
];

type Cells = BTreeMap<FigureKey, Disclosed>;

fn text(word: &str) -> Text {
    Text { french: word.to_owned(), english: word.to_owned() }
}

struct World {
    catalogue: Catalogue,
    gazetteer: Gazetteer,
}

impl World {
    fn new() -> Self {
        let indicator = |id, code: &str, unit, measure, additive| Indicator {
            id,
            code: IndicatorCode::parse(code).unwrap(),
            label: text(code),
            definition: text(code),
            theme: Theme::Income,
            unit,
            measure,
            source_id: 1,
            additive,
            finest_level: Level::Iris,
            dimensions: vec!["AGE".to_owned()],
            numerator: None,
            part_of: None,
            denominator: None,
            precautions: None,
            decimals: None,
            breaks: Vec::new(),
        };
        let category = |code: &str| Category {
            dimension: "AGE".to_owned(),
            code: code.to_owned(),
            label: text(code),
            parent: None,
        };
        let age = |code: &'static str| Breakdown::of([("AGE", code)]).unwrap();
        let catalogue = Catalogue::new(catalogue::Parts {
            rules: Vec::new(),
            sources: vec![Source {
                id: 1,
                code: "SOURCE".to_owned(),
                label: text("Source"),
                provider: PartnerCode::parse("INSEE").unwrap(),
                audience: Audience::Public,
                secrecy_rule_id: 1,
                synthetic: true,
            }],
            dimensions: vec![Dimension {
                code: "AGE".to_owned(),
                label: text("Age"),
                categories: vec![category("A"), category("B")],
            }],
            indicators: vec![
                indicator(RATE, "REV03", Unit::Percent, Measure::Rate, false),
                indicator(COUNT, "PRE03", Unit::Persons, Measure::Count, true),
            ],
            breakdowns: vec![(0, Breakdown::of([]).unwrap()), (1, age("A")), (2, age("B"))],
        });
        let place = |id: i32, level, code: String| Territory {
            id,
            level,
            name: format!("Commune {id}"),
            name_en: None,
            code: TerritoryCode::parse(&code).unwrap(),
            valid_from: None,
            valid_to: None,
            generation: None,
            official: true,
            centroid: None,
        };
        let communes = COMMUNES.map(|id| place(id, Level::Commune, format!("2100{id}")));
        let whole = place(WHOLE, Level::Agglomeration, "242100410".to_owned());
        let gazetteer = Gazetteer::new(geography::Parts {
            territories: communes.into_iter().chain([whole]).collect(),
            memberships: COMMUNES.map(|id| (id, WHOLE)).to_vec(),
            ..geography::Parts::default()
        });
        Self { catalogue, gazetteer }
    }

    fn names(&self) -> Names<'_> {
        Names { catalogue: &self.catalogue, gazetteer: &self.gazetteer, language: Language::English }
    }
}

/// What is asked of a table.
struct Asked<'a> {
    rows: &'a [Axis],
    columns: &'a [Axis],
    indicators: &'a [i32],
    territories: &'a [i32],
    years: &'a [i32],
    breakdowns: &'a [i32],
}

fn year(year: i32) -> Period {
    Period::year(year).unwrap()
}

fn told(cells: &Cells) -> HashMap<FigureKey, Told> {
    cells
        .iter()
        .map(|(key, disclosed)| (*key, Told { key: *key, disclosed: *disclosed, release_id: None }))
        .collect()
}

fn grid(cells: &Cells, asked: &Asked<'_>) -> Grid {
    let question = Question {
        rows: asked.rows.to_vec(),
        columns: asked.columns.to_vec(),
        members: Members {
            indicators: asked.indicators.to_vec(),
            territories: asked.territories.to_vec(),
            periods: asked.years.iter().map(|at| year(*at)).collect(),
            breakdowns: asked.breakdowns.to_vec(),
        },
        dimensions: vec!["AGE".to_owned()],
    };
    Grid::new(Layout::new(question, 10_000).unwrap(), &told(cells)).unwrap()
}

/// What the numbers of the axes are.
fn axes(world: &World, grid: Grid, kind: ChartKind) -> BTreeSet<String> {
    let svg = Chart::new(grid, kind, &[], world.names()).unwrap().svg(world.names(), 640.0);
    let of_axes = format!("font-size=\"11.5\" fill=\"{}\"", colour::SOFT_INK);
    svg.split("<text ")
        .skip(1)
        .filter(|part| part.contains(&of_axes))
        .map(|part| part.split(['>', '<']).nth(1).unwrap().to_owned())
        .collect()
}

/// The bounds of classes, however they are made, and how many values are in each.
fn classes(world: &World, grid: &Grid) -> Vec<Vec<(f64, f64, usize)>> {
    let methods = [
        Method::Jenks(4),
        Method::Quantiles(4),
        Method::EqualIntervals(4),
        Method::StandardDeviation(4),
        Method::Q6,
    ];
    let square = |id: i32| -> Polygon {
        let west = f64::from(id);
        vec![vec![[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]]]
    };
    methods
        .iter()
        .map(|method| {
            let shapes = COMMUNES.map(|id| (id, vec![square(id)])).into_iter().collect();
            let terms = (None, Measure::Rate, Printing::of_unit(Unit::Percent));
            let map = ThematicMap::new(grid.clone(), shapes, method, terms, &world.gazetteer).unwrap();
            map.classes().iter().map(|class| (class.from, class.to, class.count)).collect()
        })
        .collect()
}

/// Every number that is worked out.
fn worked_out(world: &World, cells: &Cells, grid: &Grid) -> Vec<BTreeMap<FigureKey, f64>> {
    let base = Base { period: None, territory_id: Some(WHOLE) };
    let all = told(cells);
    DERIVATIONS
        .iter()
        .map(|derivation| {
            let others = derivation
                .needed(grid, base)
                .into_iter()
                .filter_map(|key| Some((key, *all.get(&key)?)))
                .collect();
            let derived = derivation.of(grid, base, &others, (&world.catalogue, &world.gazetteer));
            let numbers = grid.told().iter().zip(derived);
            numbers.filter_map(|(told, derived)| Some((told.key, derived.disclosed.value()?))).collect()
        })
        .collect()
}

/// All that may depend on shown values alone.
#[derive(Debug, PartialEq)]
struct Outcome {
    classes: Vec<Vec<(f64, f64, usize)>>,
    axes: Vec<BTreeSet<String>>,
    worked_out: Vec<BTreeMap<FigureKey, f64>>,
}

/// That of several years, over these territories.
fn over_years(world: &World, cells: &Cells, territories: &[i32]) -> Outcome {
    let (rows, columns) = ([Axis::Territory], [Axis::Period]);
    let asked = Asked {
        rows: &rows,
        columns: &columns,
        indicators: &[RATE],
        territories,
        years: &YEARS,
        breakdowns: &[0],
    };
    let rates = grid(cells, &asked);
    let broken_down = grid(
        cells,
        &Asked {
            rows: &[Axis::Indicator, Axis::Territory, Axis::Breakdown],
            indicators: &[RATE, COUNT],
            breakdowns: &BREAKDOWNS,
            ..asked
        },
    );
    Outcome {
        classes: classes(world, &rates),
        axes: [ChartKind::Line, ChartKind::SmallMultiples]
            .map(|kind| axes(world, rates.clone(), kind))
            .to_vec(),
        worked_out: worked_out(world, cells, &broken_down),
    }
}

/// That of one year, over these territories.
fn of_year(world: &World, cells: &Cells, at: i32, territories: &[i32]) -> Outcome {
    let years = [at];
    let asked = Asked {
        rows: &[],
        columns: &[Axis::Territory],
        indicators: &[RATE],
        territories,
        years: &years,
        breakdowns: &[0],
    };
    let flat = grid(cells, &asked);
    let upright = grid(cells, &Asked { rows: &[Axis::Territory], columns: &[Axis::Period], ..asked });
    Outcome {
        classes: classes(world, &upright),
        axes: [ChartKind::Distribution, ChartKind::Bar].map(|kind| axes(world, flat.clone(), kind)).to_vec(),
        worked_out: worked_out(world, cells, &flat),
    }
}

/// The axes of what is made of two figures of a territory: points of a cloud, and bars of parts.
fn of_two(world: &World, cells: &Cells, at: i32, territories: &[i32]) -> Vec<BTreeSet<String>> {
    let years = [at];
    let asked = Asked {
        rows: &[Axis::Territory],
        columns: &[Axis::Indicator],
        indicators: &[RATE, COUNT],
        territories,
        years: &years,
        breakdowns: &[0],
    };
    let cloud = grid(cells, &asked);
    let parts = grid(
        cells,
        &Asked {
            rows: &[Axis::Breakdown],
            columns: &[Axis::Territory],
            indicators: &[COUNT],
            breakdowns: &[1, 2],
            ..asked
        },
    );
    vec![axes(world, cloud, ChartKind::Scatter), axes(world, parts, ChartKind::StackedBar)]
}

fn shown(number: f64) -> Disclosed {
    disclose(Masked::from_columns(Some(number), None), &Access::Shown)
}

/// A mask, for any of the reasons.
fn withheld(chance: &mut ChaCha8Rng) -> Disclosed {
    let reason = Withheld::ALL[chance.next_u32() as usize % Withheld::ALL.len()];
    disclose(Masked::withheld(reason), &Access::Shown)
}

/// Figures of every territory, some of them withheld, some territories altogether. Rates lie far from nothing or on both
/// sides of it, so that a nothing among them would move classes, axes and ranks.
fn drawn(chance: &mut ChaCha8Rng) -> Cells {
    let lowest = if chance.next_u32().is_multiple_of(2) { 400.0 } else { -450.0 };
    let mut cells = Cells::new();
    for territory_id in COMMUNES.into_iter().chain([WHOLE]) {
        let silent = territory_id != WHOLE && chance.next_u32().is_multiple_of(4);
        for indicator_id in [RATE, COUNT] {
            for at in YEARS {
                for breakdown_id in BREAKDOWNS {
                    let key = FigureKey { indicator_id, territory_id, period: year(at), breakdown_id };
                    let least = if indicator_id == RATE { lowest } else { 400.0 };
                    let number = least + f64::from(chance.next_u32() % 5_000) / 10.0;
                    let hidden = silent || chance.next_u32() % 10 < 3;
                    cells.insert(key, if hidden { withheld(chance) } else { shown(number) });
                }
            }
        }
    }
    cells
}

/// The communes of which something holds for a figure of a year.
fn communes(cells: &Cells, at: i32, holds: impl Fn(&dyn Fn(i32, i32) -> Option<f64>) -> bool) -> Vec<i32> {
    let kept = |territory_id: &i32| {
        let value = |indicator_id: i32, breakdown_id: i32| {
            let key = FigureKey { indicator_id, territory_id: *territory_id, period: year(at), breakdown_id };
            cells.get(&key).and_then(|disclosed| disclosed.value())
        };
        holds(&value)
    };
    COMMUNES.into_iter().filter(kept).collect()
}

#[test]
fn the_reason_of_a_mask_changes_nothing() {
    let world = World::new();
    for seed in 0..TABLES {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let cells = drawn(&mut chance);
        let mut other = cells.clone();
        for disclosed in other.values_mut().filter(|disclosed| disclosed.value().is_none()) {
            *disclosed = withheld(&mut chance);
        }
        assert_eq!(
            over_years(&world, &cells, &COMMUNES),
            over_years(&world, &other, &COMMUNES),
            "seed {seed}"
        );
        for at in YEARS {
            assert_eq!(
                of_year(&world, &cells, at, &COMMUNES),
                of_year(&world, &other, at, &COMMUNES),
                "seed {seed}"
            );
            assert_eq!(
                of_two(&world, &cells, at, &COMMUNES),
                of_two(&world, &other, at, &COMMUNES),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn a_cell_that_is_withheld_does_no_more_than_one_that_is_not_there() {
    let world = World::new();
    let mut compared = 0;
    for seed in 0..TABLES {
        let cells = drawn(&mut ChaCha8Rng::seed_from_u64(seed));
        let speaks =
            |id: &i32| cells.iter().any(|(key, cell)| key.territory_id == *id && cell.value().is_some());
        let speaking: Vec<i32> = COMMUNES.into_iter().filter(speaks).collect();
        if !speaking.is_empty() {
            let left = over_years(&world, &cells, &speaking);
            assert_eq!(over_years(&world, &cells, &COMMUNES), left, "seed {seed}");
            compared += COMMUNES.len() - speaking.len();
        }
        for at in YEARS {
            let with_rate = communes(&cells, at, |value| value(RATE, 0).is_some());
            if !with_rate.is_empty() {
                let left = of_year(&world, &cells, at, &with_rate);
                assert_eq!(of_year(&world, &cells, at, &COMMUNES), left, "seed {seed}");
            }
            let with_both =
                communes(&cells, at, |value| value(RATE, 0).is_some() && value(COUNT, 0).is_some());
            if !with_both.is_empty() {
                let (all, left) =
                    (of_two(&world, &cells, at, &COMMUNES), of_two(&world, &cells, at, &with_both));
                assert_eq!(all[0], left[0], "seed {seed}");
            }
            let with_parts =
                communes(&cells, at, |value| value(COUNT, 1).is_some() || value(COUNT, 2).is_some());
            if !with_parts.is_empty() {
                let (all, left) =
                    (of_two(&world, &cells, at, &COMMUNES), of_two(&world, &cells, at, &with_parts));
                assert_eq!(all[1], left[1], "seed {seed}");
            }
        }
    }
    assert!(compared > 0, "no territory was withheld altogether");
}

#[test]
fn a_mask_that_were_taken_for_nothing_would_be_noticed() {
    let world = World::new();
    let (mut classes, mut axes, mut ranks) = (0, 0, 0);
    for seed in 0..TABLES {
        let cells = drawn(&mut ChaCha8Rng::seed_from_u64(seed));
        let mut leaking = cells.clone();
        for disclosed in leaking.values_mut().filter(|disclosed| disclosed.value().is_none()) {
            *disclosed = shown(0.0);
        }
        let (right, wrong) = (over_years(&world, &cells, &COMMUNES), over_years(&world, &leaking, &COMMUNES));
        classes += u64::from(right.classes != wrong.classes);
        axes += u64::from(right.axes != wrong.axes);
        let rank = |outcome: &Outcome| outcome.worked_out[3].clone();
        let moved = rank(&right).iter().any(|(key, number)| rank(&wrong)[key] != *number);
        ranks += u64::from(moved);
    }
    assert!(classes > TABLES / 2 && axes > TABLES / 3 && ranks > TABLES / 3, "{classes} {axes} {ranks}");
}
