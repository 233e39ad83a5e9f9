//! Tests of the whole demonstration.

mod counts;
mod partition;
mod whole;

type Fault = Box<dyn std::error::Error>;
