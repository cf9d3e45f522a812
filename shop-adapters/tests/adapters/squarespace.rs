//! Squarespace's confirmation page.

use order_events::Sale;
use shop_adapters::squarespace::order;

use crate::support::{convert, patched, received_at};

pub(crate) const ORDER: &str = include_str!("../payloads/squarespace-order.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ORDER, patches), |payload| order::sale(payload, received_at()))
}

#[test]
fn an_order_becomes_a_sale_without_lines() {
    insta::assert_json_snapshot!(converted(&[]));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/orderId", r#""{orderId}""#)]),
        converted(&[("/orderId", r#""""#)]),
        converted(&[
            ("/orderGrandTotal", r#""{orderGrandTotal}""#),
            ("/orderSubtotal", r#""{orderSubtotal}""#),
        ]),
    ]);
}

#[test]
fn of_grand_total_and_subtotal_the_one_that_is_there_stands_for_the_other() {
    for subtotal in ["\"{orderSubtotal}\"", "null", "\"\""] {
        let sale = converted(&[("/orderSubtotal", subtotal)]).unwrap();
        assert_eq!(sale.items_total, sale.total, "{subtotal}");
    }
    for total in ["\"{orderGrandTotal}\"", "null", "\"\""] {
        let without = [("/orderGrandTotal", total), ("/orderSubtotal", "\"12.00\"")];
        let sale = converted(&without).unwrap();
        assert_eq!((sale.total, sale.items_total), (1200, 1200), "{total}");
    }
    let sale = converted(&[("/orderSubtotal", r#""$1,000.00""#)]).unwrap();
    assert_eq!(sale.items_total, 100_000);
}
