//! What people depend on, held against the code: the schema, the policy, the fields, the rooms, the codes, the pages.

mod codes;
mod documentation;
mod fields;
mod pages;
mod policy;
mod readme;
mod released;
mod rooms;
mod schema;
