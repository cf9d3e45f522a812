//! Tests of the qualifying sales, the number of trees and the words of the reason.

mod conditions;
mod laws;
mod refunds;
mod trees;
