//! Tests of the sentences that explain why a sale does not qualify.

use order_events::{Campaign, Sale, SaleStatus, explain};
use serde_json::{Value, json};

use crate::support::{SHOP, campaign, sale};

fn words(campaign: &Campaign, change: impl FnOnce(&mut Sale)) -> String {
    let mut sale = sale();
    change(&mut sale);
    explain(SHOP, &sale, campaign).to_string()
}

fn when(when: Value) -> Campaign {
    campaign(json!({"when": when, "trees": [{"per_order": {"trees": 1}}]}))
}

/// A condition, a change of the sale, and the sentence.
type Case = (Value, fn(&mut Sale), &'static str);

/// Returns the sentences about a condition that the test sale, or the changed one, does not meet.
fn why(condition: Value, change: fn(&mut Sale)) -> String {
    words(&when(condition), change)
}

#[test]
fn a_sale_that_qualifies_is_explained_by_its_reason() {
    assert_eq!(words(&when(json!(null)), |_| ()), "each order: 1 tree");
}

#[test]
fn a_void_sale_is_explained_by_nothing_else() {
    let campaign = when(json!("opted_in"));
    let cancelled = words(&campaign, |sale| sale.status = SaleStatus::Cancelled);
    assert_eq!(cancelled, "the sale was cancelled");
    let refunded = words(&campaign, |sale| sale.status = SaleStatus::Refunded);
    assert_eq!(refunded, "the sale was refunded in full");
    let returned = words(&campaign, |sale| sale.refunded = 4_797);
    assert_eq!(returned, "47.97 USD of the 47.97 USD charged were returned");
    let by_gift_card = words(&campaign, |sale| (sale.total, sale.refunded) = (1_000, 4_000));
    assert_eq!(by_gift_card, "40.00 USD of the 40.00 USD that the items cost were returned");
}

#[test]
fn the_dates_of_the_campaign_are_named() {
    let mut campaign = when(json!("opted_in"));
    campaign.starts_at = "2026-12-01T00:00:00Z".parse().ok();
    assert_eq!(
        words(&campaign, |sale| sale.opted_in = Some(true)),
        "it was sold at 2026-11-22T08:51:49Z, before the campaign starts at 2026-12-01T00:00:00Z"
    );
    (campaign.starts_at, campaign.ends_at) = (Some(sale().sold_at), None);
    assert_eq!(
        words(&campaign, |sale| sale.opted_in = Some(false)),
        "the customer did not opt in, the campaign asks for it"
    );
    (campaign.starts_at, campaign.ends_at) = (None, Some(sale().sold_at));
    assert_eq!(
        words(&campaign, |sale| sale.opted_in = Some(false)),
        "it was sold at 2026-11-22T08:51:49Z, when the campaign was over since \
         2026-11-22T08:51:49Z; the customer did not opt in, the campaign asks for it"
    );
}

#[test]
fn each_condition_that_is_not_met_is_explained() {
    let amount = json!({"minimum_amount": {"amount": 5000, "currency": "USD"}});
    let coupon = json!({"coupon": ["A", "B"]});
    let tenoff = json!({"coupon": ["TENOFF"]});
    let shop = json!({"shop": ["shop_2", "shop_3", "shop_4", "shop_5", "shop_6"]});
    let from = json!({"sold_between": {"from": "2026-12-01T00:00:00Z"}});
    let until = json!({"sold_between": {"until": "2026-11-01T00:00:00Z"}});
    let both = json!({"sold_between":
        {"from": "2026-12-01T00:00:00Z", "until": "2026-12-02T00:00:00Z"}});
    let cases: [Case; 13] = [
        (
            amount.clone(),
            |_| (),
            "the items cost 40.00 USD, the campaign asks for at least 50.00 USD",
        ),
        (
            amount.clone(),
            |sale| sale.refunded = 1_000,
            "the items cost 30.00 USD after refunds, the campaign asks for at least 50.00 USD",
        ),
        (
            amount,
            |sale| sale.currency = "EUR".parse().unwrap(),
            "the sale is in EUR, the campaign asks for USD",
        ),
        (coupon.clone(), |_| (), "other coupons were used, the campaign asks for A or B"),
        (tenoff, |sale| sale.coupons.clear(), "no coupon was used, the campaign asks for TENOFF"),
        (
            json!("opted_in"),
            |_| (),
            "the shop does not tell whether the customer opted in, the campaign asks for it",
        ),
        (
            json!("opted_in"),
            |sale| sale.opted_in = Some(false),
            "the customer did not opt in, the campaign asks for it",
        ),
        (
            shop,
            |_| (),
            "it was sold in shop_1, the campaign asks for shop_2, shop_3, shop_4 or 2 more",
        ),
        (
            from,
            |_| (),
            "it was sold at 2026-11-22T08:51:49Z, the campaign asks for sales \
             from 2026-12-01T00:00:00Z",
        ),
        (
            until,
            |_| (),
            "it was sold at 2026-11-22T08:51:49Z, the campaign asks for sales \
             before 2026-11-01T00:00:00Z",
        ),
        (
            both,
            |_| (),
            "it was sold at 2026-11-22T08:51:49Z, the campaign asks for sales \
             from 2026-12-01T00:00:00Z and before 2026-12-02T00:00:00Z",
        ),
        (json!({"item": "every"}), |sale| sale.lines.clear(), "no item was bought"),
        (
            json!({"item": "every"}),
            |sale| sale.lines.iter_mut().for_each(|line| line.refunded = line.quantity),
            "every item was returned",
        ),
    ];
    for (condition, change, expected) in cases {
        assert_eq!(why(condition, change), expected);
    }
}

#[test]
fn items_are_named_as_the_campaign_names_them() {
    for (items, expected) in [
        (json!({"product": ["1"]}), "no item of the product 1 was bought"),
        (json!({"variant": ["1", "2"]}), "no item of the variant 1 or 2 was bought"),
        (json!({"sku": ["A", "B", "C"]}), "no item with the SKU A, B or C was bought"),
        (json!({"collection": ["toys"]}), "no item in the collection toys was bought"),
        (json!({"title_contains": ["cup"]}), "no item with cup in its title was bought"),
    ] {
        assert_eq!(why(json!({"item": items}), |_| ()), expected);
    }
    assert_eq!(
        why(json!({"item": {"sku": ["MUG-BLUE", "A"]}}), |sale| sale.lines[0].refunded = 2),
        "every item with the SKU MUG-BLUE or A was returned"
    );
}

#[test]
fn each_condition_that_is_met_and_must_not_be_is_explained() {
    for (condition, expected) in [
        (
            json!({"minimum_amount": {"amount": 3000, "currency": "USD"}}),
            "the items cost 40.00 USD, the campaign asks for less than 30.00 USD",
        ),
        (
            json!({"coupon": ["OTHER", "TENOFF"]}),
            "the coupon TenOff was used, which the campaign leaves out",
        ),
        (json!({"shop": ["shop_1"]}), "it was sold in shop_1, which the campaign leaves out"),
        (
            json!({"sold_between": {}}),
            "it was sold at 2026-11-22T08:51:49Z, the campaign leaves out sales of any time",
        ),
        (json!({"item": "every"}), "an item was bought, which the campaign leaves out"),
        (
            json!({"item": {"sku": ["A", "TEA-500"]}}),
            "an item with the SKU TEA-500 was bought, which the campaign leaves out",
        ),
    ] {
        assert_eq!(why(json!({"not": condition}), |_| ()), expected);
    }
    assert_eq!(
        why(json!({"not": "opted_in"}), |sale| sale.opted_in = Some(true)),
        "the customer opted in, the campaign asks for customers who did not"
    );
    // Of several items that are in the way, the first of the sale is named.
    let either = json!({"item": {"sku": ["TEA-500", "MUG-BLUE"]}});
    assert_eq!(
        why(json!({"not": either}), |_| ()),
        "an item with the SKU MUG-BLUE was bought, which the campaign leaves out"
    );
    assert_eq!(
        why(json!({"not": either}), |sale| sale.lines[0].refunded = 2),
        "an item with the SKU TEA-500 was bought, which the campaign leaves out"
    );
}

#[test]
fn of_combined_conditions_those_in_the_way_are_explained() {
    let yes = json!({"shop": ["shop_1"]});
    let coupon = json!({"coupon": ["A"]});
    let opted_in = "the shop does not tell whether the customer opted in, the campaign asks for it";
    let other = "other coupons were used, the campaign asks for A";
    let left_out = "it was sold in shop_1, which the campaign leaves out";
    for (condition, expected) in [
        (json!({"all": [yes, coupon, "opted_in"]}), format!("{other}; {opted_in}")),
        (
            json!({"any": [{"all": [coupon, "opted_in"]}, "opted_in"]}),
            format!("no way to qualify is met: ({other}; {opted_in}) or ({opted_in})"),
        ),
        (json!({"not": {"any": [yes, coupon]}}), left_out.to_owned()),
        (
            json!({"not": {"all": [yes, {"not": coupon}]}}),
            format!(
                "the campaign leaves out sales of which all this is true: ({left_out}) and ({other})"
            ),
        ),
        (json!({"not": {"not": "opted_in"}}), opted_in.to_owned()),
    ] {
        assert_eq!(why(condition, |_| ()), expected);
    }
}

#[test]
fn rules_that_count_nothing_are_explained() {
    for (rules, expected) in [
        (
            json!([
                {"per_item": {"items": {"sku": ["A"]}, "trees": 1}},
                {"per_amount": {"each": 5000, "currency": "USD", "trees": 1}},
                {"per_amount": {"each": 100, "currency": "EUR", "trees": 1}},
            ]),
            "no item with the SKU A was bought; \
             the items cost 40.00 USD, the campaign counts each full 50.00 USD; \
             the sale is in USD, the campaign counts EUR",
        ),
        (json!([]), "the campaign has no rule that counts trees"),
        (json!([{"per_order": {"trees": 0}}]), "the campaign counts no trees"),
        (json!([{"per_item": {"items": "every", "trees": 0}}]), "the campaign counts no trees"),
        (
            json!([{"per_amount": {"each": 0, "currency": "USD", "trees": 1}}]),
            "the campaign counts no trees",
        ),
        (
            json!([{"per_amount": {"each": 1, "currency": "USD", "trees": 0}}]),
            "the campaign counts no trees",
        ),
    ] {
        assert_eq!(words(&campaign(json!({"trees": rules})), |_| ()), expected);
    }
    let capped = campaign(json!({"trees": [{"per_order": {"trees": 1}}], "cap_per_order": 0}));
    assert_eq!(words(&capped, |_| ()), "the campaign caps every order at no tree");
}
