//! The page of GraphiQL.

/// GraphiQL, from its public distribution; a plain notice where the browser cannot reach that.
pub const PAGE: &str = include_str!("graphiql.html");

#[cfg(test)]
mod tests {
    use super::PAGE;

    #[test]
    fn whatever_the_page_loads_from_elsewhere_is_held_to_its_digest() {
        let loaded: Vec<&str> = PAGE.lines().filter(|line| line.contains("https://")).collect();
        assert!(loaded.len() >= 4);
        for line in loaded {
            assert!(
                line.contains("integrity=\"sha384-") && line.contains("crossorigin=\"anonymous\""),
                "{line}"
            );
        }
    }
}
