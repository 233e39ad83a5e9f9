use super::{DrawingAddress, Drawn, TableAddress};
use crate::{error::Refusal, language::Language};

fn parameters(query: &str) -> Vec<(String, String)> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The address of the same thing as the one that is read.
fn again(path: &str, query: &str) -> Result<String, Refusal> {
    let given = parameters(query);
    Ok(match path {
        "table" => {
            let address = TableAddress::read(&given)?;
            address.input.query(address.language.unwrap_or_default())
        }
        _ => {
            let address = match path {
                "chart" => DrawingAddress::of_chart(&given)?,
                "profile" => DrawingAddress::of_profile(&given)?,
                _ => DrawingAddress::of_map(&given)?,
            };
            let language = address.language.unwrap_or_default();
            match &address.drawn {
                Drawn::Chart(input) => input.query(language),
                Drawn::Map(input) => input.query(language),
                Drawn::Profile(input) => input.query(language),
            }
        }
    })
}

#[test]
fn an_address_reads_back_as_it_was_written() {
    for (path, query) in [
        (
            "profile",
            "?territory=2A004&template=NEEDS_ANALYSIS&comparators=21231,21166&nearest=2&since=2015&until=2023-Q2&language=fr",
        ),
        (
            "table",
            "?rows=TERRITORY&columns=PERIOD,BREAKDOWN&indicators=PRE03,DEM01&level=COMMUNE&within=242100410&asOf=2020-01-01&from=2015&to=2023-Q2&latest=3&dimensions=AGE,SEXE&totals=true&language=fr",
        ),
        (
            "table",
            "?rows=INDICATOR,TERRITORY,PERIOD,BREAKDOWN&indicators=REV03&territories=21231,2A004&periods=2021,2021-07&breakdown=AGE:MOINS_25&language=en",
        ),
        (
            "chart",
            "?kind=STACKED_BAR&indicators=PRE03&level=IRIS&within=21166&asOf=2024-06-01&periods=2024&series=BREAKDOWN&categories=TERRITORY&dimensions=AGE&mark=21231&language=en",
        ),
        ("chart", "?kind=LINE&indicators=PRE03&territories=21231&breakdown=SEXE:F&language=fr"),
        (
            "map",
            "?indicator=REV03&level=COMMUNE&within=242100410&representation=CHOROPLETH&method=MANUAL&classes=5&bounds=-1.5,10,20.25&language=fr",
        ),
    ] {
        assert_eq!(again(path, query).unwrap(), query);
    }
}

#[test]
fn what_is_not_named_is_as_in_the_api() {
    let table = again("table", "?columns=PERIOD&indicators=DEM01&level=COMMUNE").unwrap();
    assert_eq!(
        table,
        "?rows=INDICATOR,TERRITORY,BREAKDOWN&columns=PERIOD&indicators=DEM01&level=COMMUNE&language=fr"
    );
    let map = again("map", "?indicator=REV03&level=COMMUNE&language=en").unwrap();
    assert_eq!(map, "?indicator=REV03&level=COMMUNE&method=JENKS&classes=5&language=en");
    let widths = |address: DrawingAddress| (address.width, address.language);
    let asked = parameters("?kind=BAR&width=900&language=en");
    assert_eq!(widths(DrawingAddress::of_chart(&asked).unwrap()), (900.0, Some(Language::English)));
    let asked = parameters("?indicator=REV03");
    assert_eq!(widths(DrawingAddress::of_map(&asked).unwrap()), (800.0, None));
}

#[test]
fn what_is_wrong_is_said_with_its_value_and_what_there_is() {
    for (path, query, said) in [
        ("table", "?indicator=DEM01", "no parameter “indicator”"),
        ("table", "?width=640", "no parameter “width”"),
        ("table", "?totals=yes", "“totals” cannot be “yes”: expected true or false"),
        ("table", "?latest=1&latest=2", "“latest” is repeated"),
        ("table", "?latest=two", "“latest” cannot be “two”"),
        (
            "table",
            "?rows=TERRITORY,VALUES",
            "“rows” cannot be “VALUES”: expected one of INDICATOR, TERRITORY",
        ),
        ("table", "?level=TOWN", "“level” cannot be “TOWN”: expected one of COUNTRY"),
        ("table", "?breakdown=AGE", "“breakdown” cannot be “AGE”: expected a dimension and a category"),
        ("table", "?language=de", "“language” cannot be “de”: expected fr or en"),
        ("chart", "?indicators=DEM01", "“kind” is missing: one of LINE"),
        ("chart", "?kind=PIE", "“kind” cannot be “PIE”"),
        ("chart", "?kind=BAR&width=12", "“width” cannot be “12”: expected a whole number from 320 to 2000"),
        ("map", "?indicators=DEM01", "no parameter “indicators”. The parameter “indicator” is missing"),
        ("map", "?indicator=DEM01&bounds=1,x&method=BEST", "“bounds” cannot be “x”"),
        ("map", "?indicator=DEM01&bounds=1,x&method=BEST", "“method” cannot be “BEST”"),
        ("map", "?indicator=DEM01&bounds=inf", "“bounds” cannot be “inf”"),
    ] {
        let refusal = again(path, query).unwrap_err();
        assert!(refusal.english.contains(said), "{query}: {}", refusal.english);
        let names = refusal.english.split("Parameters: ").nth(1).unwrap();
        assert!(names.contains("language") && names.contains("width") == (path != "table"), "{names}");
    }
}

#[test]
fn no_more_of_what_was_written_is_said_back_than_helps() {
    let long = format!("?kind={}", "A".repeat(500));
    let said = again("chart", &long).unwrap_err().french;
    assert!(said.contains(&format!("«\u{a0}{}…\u{a0}»", "A".repeat(40))), "{said}");
    assert!(!said.contains(&"A".repeat(41)));
    let turned = again("table", "?level=\u{202e}EVIL\u{7}").unwrap_err().english;
    assert!(turned.contains("“\u{fffd}EVIL\u{fffd}”"), "{turned}");
    let many: Vec<String> = (0..500).map(|at| format!("p{at}=1")).collect();
    assert_eq!(again("table", &many.join("&")).unwrap_err().english.matches("There is no").count(), 5);
}
