//! The policy as a matrix that a person reviews.

use observatoire::auth::matrix;

#[test]
fn the_policy_is_the_one_that_was_reviewed() {
    insta::assert_snapshot!("policy", matrix::print());
}
