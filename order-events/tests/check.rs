//! What is refused, and how the refusal names the field.

mod conditions;
mod contradictions;
mod possible;
mod sale;
