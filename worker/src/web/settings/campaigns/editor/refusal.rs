//! Finds the field of the form for the place of an error in a campaign.

use axum::http::StatusCode;

use crate::platform::problem::Problem;

/// Parts of a place in a campaign, each with the field of the form that it comes from. The first
/// that fits decides.
const FIELDS: [(&str, &str); 9] = [
    ("cap_per_order", "cap_per_order"),
    ("cap_per_month", "cap_per_month"),
    ("currency", "currency"),
    ("minimum_amount", "minimum"),
    ("coupon", "coupon"),
    ("shop", "shop"),
    ("items", "value"),
    ("each", "each"),
    ("per_", "trees"),
];

/// The same problem at the field of the form. A problem of conditions without a field of their own
/// has none.
pub(super) fn at_field(problem: Problem, is_json: bool) -> Problem {
    let Some(place) = problem.field().strip_prefix("conditions.") else { return problem };
    if problem.status() != StatusCode::UNPROCESSABLE_ENTITY {
        return problem;
    }
    let message = problem.message().strip_prefix("conditions.").unwrap_or(problem.message());
    if is_json {
        return Problem::unprocessable("conditions", message);
    }
    let found = FIELDS.iter().find(|(part, _)| place.contains(part));
    let why = message.strip_prefix(place).and_then(|why| why.strip_prefix(": "));
    let (why, field) = (why.unwrap_or(message), found.map_or("", |(_, field)| field));
    Problem::unprocessable(field, why)
}

#[cfg(test)]
mod tests {
    use order_events::{Campaign, Conditions};

    use super::*;

    fn refused(conditions: &str, is_json: bool) -> (String, String) {
        let conditions: Conditions = serde_json::from_str(conditions).unwrap();
        let campaign = Campaign {
            id: "camp_1".to_owned(),
            version: 1,
            name: "A".to_owned(),
            starts_at: None,
            ends_at: None,
            conditions,
        };
        let error = campaign.check().unwrap_err();
        let problem = at_field(Problem::unprocessable(&error.path, format!("{error}.")), is_json);
        (problem.field().to_owned(), problem.message().to_owned())
    }

    #[test]
    fn an_error_stands_at_the_field_that_it_comes_from() {
        for (conditions, field) in [
            (r#"{"trees": [{"per_order": {"trees": 0}}]}"#, "trees"),
            (r#"{"trees": [{"per_item": {"items": "every", "trees": 0}}]}"#, "trees"),
            (r#"{"trees": [{"per_item": {"items": {"sku": [""]}, "trees": 1}}]}"#, "value"),
            (r#"{"trees": [{"per_amount": {"each": 0, "currency": "EUR", "trees": 1}}]}"#, "each"),
            (r#"{"trees": [{"per_order": {"trees": 1}}], "cap_per_order": 0}"#, "cap_per_order"),
            (r#"{"trees": [{"per_order": {"trees": 1}}], "cap_per_month": 0}"#, "cap_per_month"),
            (
                r#"{"trees": [{"per_order": {"trees": 1}}],
                    "when": {"minimum_amount": {"amount": 0, "currency": "EUR"}}}"#,
                "minimum",
            ),
            (r#"{"trees": [{"per_order": {"trees": 1}}], "when": {"coupon": [""]}}"#, "coupon"),
        ] {
            let (found, message) = refused(conditions, false);
            assert_eq!(found, field, "{conditions}");
            assert!(!message.contains("conditions") && !message.contains("trees["), "{message}");
        }
    }

    #[test]
    fn an_error_of_json_stands_at_the_text_with_its_place() {
        let found = refused(r#"{"trees": [{"per_order": {"trees": 0}}]}"#, true);
        let message = "trees[0].per_order.trees: must be at least 1.".to_owned();
        assert_eq!(found, ("conditions".to_owned(), message));
    }
}
