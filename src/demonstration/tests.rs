//! Tests of the whole demonstration.
