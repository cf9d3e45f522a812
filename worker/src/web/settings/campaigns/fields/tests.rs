//! Tests of the fields: a campaign that they can express is read back as it was.

use order_events::{Campaign, Conditions, Timestamp};

use super::*;
use crate::domain::campaign_pauses::pause;
use crate::web::form::Form;

const ZONE: &str = "Europe/Berlin";

fn campaign(conditions: &str) -> Campaign {
    Campaign {
        id: "camp_1".to_owned(),
        version: 3,
        name: "Mugs".to_owned(),
        starts_at: Some("2026-11-01T00:00:00.250Z".parse().unwrap()),
        ends_at: None,
        conditions: serde_json::from_str(conditions).unwrap(),
    }
}

/// Conditions that the fields can express.
const EXPRESSIBLE: [&str; 5] = [
    r#"{"trees": [{"per_order": {"trees": 1}}]}"#,
    r#"{"trees": [{"per_item": {"items": "every", "trees": 2}}], "cap_per_order": 5}"#,
    r#"{"trees": [{"per_item": {"items": {"sku": ["1", "2", "3", "4", "5", "6", "7", "8"]},
        "trees": 1}}], "when": {"shop": ["shop_1", "shop_2"]}}"#,
    r#"{"trees": [{"per_amount": {"each": 1000, "currency": "JPY", "trees": 1}}],
        "when": "opted_in", "cap_per_month": 100}"#,
    r#"{"trees": [{"per_item": {"items": {"title_contains": ["mug, blue"]}, "trees": 1}}],
        "when": {"all": [{"minimum_amount": {"amount": 2050, "currency": "EUR"}},
            {"coupon": ["A", "B"]}, "opted_in", {"shop": ["shop_1"]}]}}"#,
];

/// Conditions that need more than the fields.
const BEYOND: [&str; 7] = [
    r#"{"trees": [{"per_order": {"trees": 1}}, {"per_order": {"trees": 1}}]}"#,
    r#"{"trees": [{"per_order": {"trees": 1}}], "when": {"any": ["opted_in", {"coupon": ["A"]}]}}"#,
    r#"{"trees": [{"per_order": {"trees": 1}}], "when": {"not": {"coupon": ["A"]}}}"#,
    r#"{"trees": [{"per_order": {"trees": 1}}], "when": {"item": {"sku": ["A"]}}}"#,
    r#"{"trees": [{"per_order": {"trees": 1}}],
        "when": {"all": [{"coupon": ["A"]}, {"coupon": ["B"]}]}}"#,
    r#"{"trees": [{"per_item": {"items": {"sku": [" A"]}, "trees": 1}}]}"#,
    r#"{"trees": [{"per_amount": {"each": 1000, "currency": "JPY", "trees": 1}}],
        "when": {"minimum_amount": {"amount": 1, "currency": "EUR"}}}"#,
];

#[test]
fn a_campaign_that_the_fields_express_is_read_back_as_it_was() {
    for conditions in EXPRESSIBLE {
        let mut campaign = campaign(conditions);
        for _ in 0..2 {
            let form = form_of(&campaign, ZONE, "EUR").unwrap();
            let read = read(&form, ZONE, Some(&campaign)).unwrap();
            assert_eq!(read.conditions, campaign.conditions, "{conditions}");
            assert_eq!((read.starts_at, read.ends_at), (campaign.starts_at, None));
            let paused_at = "2026-11-02T00:00:00Z".parse().unwrap();
            campaign.conditions = pause(campaign.conditions, paused_at);
        }
    }
}

#[test]
fn a_campaign_beyond_the_fields_is_read_back_from_its_json() {
    for conditions in BEYOND {
        let campaign = campaign(conditions);
        assert!(form_of(&campaign, ZONE, "EUR").is_none(), "{conditions}");
        let read = read(&as_json(&campaign, ZONE), ZONE, Some(&campaign)).unwrap();
        assert_eq!(read.conditions, campaign.conditions, "{conditions}");
    }
}

#[test]
fn a_date_is_by_the_merchants_clock_and_an_unchanged_one_stays_in_a_doubled_hour() {
    let ends = |text: &str, old: Option<&Campaign>| {
        let fields = [("name", "A"), ("kind", "order"), ("trees", "1"), ("ends_at", text)];
        read(&Form::of(fields), ZONE, old).map(|read| read.ends_at)
    };
    let at = |text: &str| text.parse::<Timestamp>().ok();
    assert_eq!(ends("2026-12-24T18:00", None).unwrap(), at("2026-12-24T17:00:00Z"));
    assert_eq!(ends("2026-07-24T18:00:30", None).unwrap(), at("2026-07-24T16:00:30Z"));
    // On 25 October 2026 the clocks of Berlin show 02:30 twice.
    let mut second = campaign(EXPRESSIBLE[0]);
    second.ends_at = at("2026-10-25T01:30:00Z");
    assert_eq!(ends("2026-10-25T02:30", Some(&second)).unwrap(), second.ends_at);
    assert_eq!(ends("2026-10-25T02:30", None).unwrap(), at("2026-10-25T00:30:00Z"));
    for text in ["tomorrow", "2026-13-01T00:00", "2026-12-24"] {
        assert_eq!(ends(text, None).unwrap_err().field(), "ends_at", "{text}");
    }
}

#[test]
fn a_field_that_cannot_be_read_is_named() {
    for (fields, field) in [
        (vec![("kind", "order"), ("trees", "")], "trees"),
        (vec![("kind", "order"), ("trees", "one")], "trees"),
        (vec![("trees", "1")], "kind"),
        (vec![("kind", "item"), ("trees", "1"), ("match", "sku")], "value"),
        (vec![("kind", "item"), ("trees", "1"), ("match", "colour"), ("value", "A")], "match"),
        (vec![("kind", "amount"), ("trees", "1"), ("currency", "EUR"), ("each", "1,5")], "each"),
        (vec![("kind", "amount"), ("trees", "1"), ("currency", "EURO"), ("each", "1")], "currency"),
        (vec![("kind", "order"), ("trees", "1"), ("currency", "EUR"), ("minimum", "x")], "minimum"),
        (vec![("kind", "order"), ("trees", "1"), ("cap_per_month", "-1")], "cap_per_month"),
        (vec![("as", "json"), ("conditions", "{\"tree\": []}")], "conditions"),
    ] {
        let refused = read(&Form::of(fields.clone()), ZONE, None).err().unwrap();
        assert_eq!(refused.field(), field, "{fields:?}");
    }
}

#[test]
fn conditions_of_every_way_to_match_items_have_words() {
    let codes: Vec<&str> = MATCHES.iter().map(|(code, _)| *code).collect();
    for items in ["\"every\"", "{\"sku\": [\"1\"]}", "{\"title_contains\": [\"1\"]}"] {
        let rule =
            format!("{{\"trees\": [{{\"per_item\": {{\"items\": {items}, \"trees\": 1}}}}]}}");
        let conditions: Conditions = serde_json::from_str(&rule).unwrap();
        let form = form_of(&campaign(&rule), ZONE, "EUR").unwrap();
        assert!(codes.contains(&form.text("match")), "{conditions:?}");
    }
}
