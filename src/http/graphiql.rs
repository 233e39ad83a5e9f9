//! The page of GraphiQL.

/// GraphiQL, from its public distribution; a plain notice where the browser cannot reach that.
pub const PAGE: &str = include_str!("graphiql.html");
