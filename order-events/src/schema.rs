//! Schemas of the types that are written as text, for `OpenAPI`.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::{Conditions, Currency, Timestamp};

/// The pattern that the reader accepts: RFC 3339 with a zone, in the years 1970 to 9998.
const TIMESTAMP_PATTERN: &str = "^(19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])\
    -[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$";

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(TIMESTAMP_PATTERN))
            .description(Some("An instant with its zone, as RFC 3339; the years 1970 to 9998."))
            .examples(["2026-11-22T08:51:49Z"])
            .into()
    }
}

impl ToSchema for Timestamp {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Timestamp")
    }
}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Z]{3}$"))
            .description(Some(
                "The code of a currency. Conditions name ISO 4217 codes, and codes that shop \
                 platforms offer beyond them.",
            ))
            .examples(["USD"])
            .into()
    }
}

impl ToSchema for Currency {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Currency")
    }
}

/// Conditions have a more precise hand-written JSON Schema, so this schema only refers to it. The
/// author of the document inserts [`CONDITIONS_SCHEMA`](crate::campaign::CONDITIONS_SCHEMA) at that
/// reference.
impl PartialSchema for Conditions {
    fn schema() -> RefOr<Schema> {
        Ref::from_schema_name("Conditions").into()
    }
}

impl ToSchema for Conditions {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Conditions")
    }
}
