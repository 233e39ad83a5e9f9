use super::{Method, bounds, class, printed};

/// Employees a square kilometre in the 58 counties of California (United States Census Bureau), the series on which the
/// documentation of PySAL's mapclassify publishes its breaks.
const CALIFORNIA: [f64; 58] = [
    329.92, 0.42, 5.9, 14.03, 2.78, 1.34, 181.27, 1.65, 10.03, 16.7, 1.32, 3.99, 3.16, 0.22, 8.7, 6.56, 3.27,
    0.33, 370.5, 4.51, 75.29, 0.99, 2.74, 8.68, 0.14, 0.92, 12.63, 28.7, 12.02, 722.85, 36.68, 0.74, 29.82,
    192.05, 3.38, 11.15, 110.74, 4111.45, 49.47, 10.33, 317.11, 20.47, 264.93, 66.26, 5.39, 0.13, 0.61,
    50.65, 40.48, 36.67, 13.09, 1.81, 0.2, 7.6, 2.51, 57.26, 24.32, 6.97,
];

/// Gross farm products in dollars an acre in the 102 counties of Illinois in 1959, the series of G. F. Jenks and
/// F. C. Caspall, *Error on choroplethic maps*, Annals of the Association of American Geographers 61 (1971), on which the
/// documentation of the R package classInt publishes its breaks.
const ILLINOIS: [f64; 102] = [
    50.12, 83.9, 76.43, 71.61, 79.66, 84.84, 87.87, 92.45, 119.9, 155.3, 131.5, 111.8, 96.78, 86.75, 62.41,
    96.37, 75.51, 77.29, 85.41, 116.4, 58.5, 75.29, 66.32, 62.65, 80.45, 72.76, 63.67, 60.27, 68.45, 100.1,
    55.3, 54.07, 57.49, 73.52, 68.25, 64.28, 50.64, 52.47, 68.19, 57.4, 39.72, 60.66, 57.59, 38.22, 57.22,
    67.04, 47.29, 71.05, 50.53, 34.63, 59.65, 62.06, 52.89, 56.35, 57.26, 53.77, 59.89, 55.44, 45.4, 52.21,
    49.38, 51.15, 54.27, 54.32, 41.2, 34.58, 50.11, 52.05, 33.82, 39.88, 36.24, 41.02, 46.13, 51.15, 32.28,
    33.26, 31.78, 31.28, 50.52, 47.21, 32.69, 38.3, 33.83, 40.3, 40.62, 32.14, 31.66, 26.09, 39.84, 24.83,
    28.2, 31.19, 37.57, 27.16, 23.42, 18.57, 30.97, 17.82, 15.57, 15.93, 28.71, 32.22,
];

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} for {expected}");
    }
}

#[test]
fn jenks_finds_the_published_breaks() {
    let found = bounds(&CALIFORNIA, &Method::Jenks(5));
    close(&found, &[0.13, 75.29, 192.05, 370.5, 722.85, 4111.45]);
    let counts: Vec<usize> = (0..5)
        .map(|at| CALIFORNIA.iter().filter(|value| class(&found, **value) == Some(at)).count())
        .collect();
    assert_eq!(counts, [49, 3, 4, 1, 1]);
    let found = bounds(&CALIFORNIA, &Method::Jenks(7));
    close(&found, &[0.13, 29.82, 110.74, 192.05, 264.93, 370.5, 722.85, 4111.45]);
}

#[test]
fn a_series_of_jenks_has_the_published_breaks() {
    let found = bounds(&ILLINOIS, &Method::Jenks(5));
    close(&found, &[15.57, 41.2, 60.66, 77.29, 100.1, 155.3]);
    let counts: Vec<usize> =
        (0..5).map(|at| ILLINOIS.iter().filter(|value| class(&found, **value) == Some(at)).count()).collect();
    assert_eq!(counts, [35, 33, 18, 11, 5]);
    let found = bounds(&ILLINOIS, &Method::Quantiles(5));
    close(&found, &[15.57, 33.822, 50.114, 57.454, 73.368, 155.3]);
    let found = bounds(&ILLINOIS, &Method::EqualIntervals(5));
    close(&found, &[15.57, 43.516, 71.462, 99.408, 127.354, 155.3]);
    // Bounds at the mean and one and two standard deviations from it; the lowest lies below all values.
    let found = bounds(&ILLINOIS, &Method::StandardDeviation(6));
    let published = [15.57, 30.89691, 56.27941, 81.66191, 107.0444, 155.3];
    assert_eq!(found.len(), published.len());
    for (found, published) in found.iter().zip(published) {
        assert!((found - published).abs() < 1e-4, "{found} for {published}");
    }
}

#[test]
fn quantiles_and_equal_intervals_are_the_published_ones() {
    let found = bounds(&CALIFORNIA, &Method::Quantiles(5));
    close(&found, &[0.13, 1.464, 5.798, 13.278, 54.616, 4111.45]);
    let found = bounds(&CALIFORNIA, &Method::EqualIntervals(5));
    close(&found, &[0.13, 822.394, 1644.658, 2466.922, 3289.186, 4111.45]);
    let found = bounds(&CALIFORNIA, &Method::Q6);
    close(&found, &[0.13, 0.217, 2.767, 9.365, 36.67325, 336.007, 4111.45]);
}

#[test]
fn standard_deviations_stand_around_the_mean() {
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
    let deviation = 7.5_f64.sqrt();
    close(
        &bounds(&values, &Method::StandardDeviation(4)),
        &[1.0, 5.0 - deviation, 5.0, 5.0 + deviation, 9.0],
    );
    let half = deviation / 2.0;
    close(&bounds(&values, &Method::StandardDeviation(3)), &[1.0, 5.0 - half, 5.0 + half, 9.0]);
}

#[test]
fn jenks_leaves_no_better_partition() {
    // Every partition of a small series into three runs, tried one by one.
    let values = [1.0, 1.5, 4.0, 4.5, 4.7, 9.0, 9.1, 15.0];
    let spread = |run: &[f64]| {
        let mean = run.iter().sum::<f64>() / run.len() as f64;
        run.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
    };
    let mut least = f64::INFINITY;
    let mut best = Vec::new();
    for first in 1..values.len() - 1 {
        for second in first + 1..values.len() {
            let total = spread(&values[..first]) + spread(&values[first..second]) + spread(&values[second..]);
            if total < least {
                (least, best) = (total, vec![values[0], values[first - 1], values[second - 1], values[7]]);
            }
        }
    }
    assert_eq!(bounds(&values, &Method::Jenks(3)), best);
}

#[test]
fn the_class_of_every_value_follows_from_the_printed_bounds() {
    let methods = [
        Method::Quantiles(5),
        Method::EqualIntervals(5),
        Method::Jenks(5),
        Method::StandardDeviation(5),
        Method::Q6,
    ];
    for values in [CALIFORNIA.as_slice(), ILLINOIS.as_slice()] {
        for method in &methods {
            for decimals in 0..3 {
                let exact = bounds(values, method);
                let (written, places) = printed(&exact, values, decimals);
                for value in values {
                    assert_eq!(class(&written, *value), class(&exact, *value), "{method:?}: {value}");
                }
                for bound in &written {
                    let read: f64 = format!("{bound:.places$}").parse().unwrap();
                    assert!((read - bound).abs() < 1e-12 * bound.abs().max(1.0), "{bound} with {places}");
                }
            }
        }
    }
}

#[test]
fn bounds_are_printed_with_no_more_decimals_than_tell_values_apart() {
    // 15.26 is printed as 15.3, which must not lie above its bound.
    assert_eq!(printed(&[12.04, 15.28, 17.0], &[12.04, 15.26, 15.4, 17.0], 1), (vec![12.0, 15.3, 17.0], 1));
    // One decimal would not stand between 15.31 and 15.34.
    assert_eq!(printed(&[12.0, 15.32, 17.0], &[12.0, 15.31, 15.34, 17.0], 1), (vec![12.0, 15.32, 17.0], 2));
    assert_eq!(printed(&[3.0, 3.0], &[3.0], 1), (vec![3.0, 3.0], 1), "all values alike");
    assert_eq!(printed(&[1.0, 1.04, 1.08, 2.0], &[1.0, 2.0], 1).1, 2, "classes without a value");
    assert_eq!(printed(&[], &[], 1), (Vec::new(), 1));
}

#[test]
fn few_or_equal_values_make_few_classes() {
    assert!(bounds(&[], &Method::Jenks(5)).is_empty());
    assert_eq!(bounds(&[3.0], &Method::Quantiles(5)), [3.0, 3.0]);
    assert_eq!(class(&[3.0, 3.0], 3.0), Some(0));
    assert_eq!(bounds(&[1.0, 1.0, 1.0, 2.0], &Method::Quantiles(4)), [1.0, 1.25, 2.0]);
    assert_eq!(bounds(&[1.0, 2.0], &Method::Jenks(5)), [1.0, 1.0, 2.0]);
    assert_eq!(bounds(&[1.0, 1.0], &Method::Jenks(5)), [1.0, 1.0]);
    assert_eq!(class(&[1.0, 2.0, 3.0], 3.5), None);
    assert_eq!(class(&[1.0, 2.0, 3.0], 2.0), Some(0), "a class holds its upper bound");
}

#[test]
fn a_least_value_that_lies_apart_is_a_class_of_its_own() {
    let values = [6.0, 14.0, 16.0, 17.0, 17.0];
    assert_eq!(bounds(&values, &Method::Jenks(2)), [6.0, 6.0, 17.0]);
    assert_eq!(bounds(&values, &Method::Jenks(3)), [6.0, 6.0, 14.0, 17.0]);
    let found = bounds(&values, &Method::Jenks(3));
    assert_eq!(values.map(|value| class(&found, value)), [Some(0), Some(1), Some(2), Some(2), Some(2)]);
    assert_eq!(printed(&found, &values, 0), (found.clone(), 0));
}
