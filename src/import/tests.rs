//! Tests of whole deliveries.

mod carried;
mod faults;
mod files;
mod fixture;
mod kept;

type Fault = Box<dyn std::error::Error>;
