//! Tests of the rejected data, and of the field that each error names.

mod conditions;
mod contradictions;
mod possible;
mod sale;
