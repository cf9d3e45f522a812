//! A year of one merchant in virtual time: each month's purchase order as a bookkeeper reads it.

mod books;
mod shop;

use play_it_green_tests::stripe::{FakeStripe, Next};
use serde_json::json;

use self::shop::Shop;

/// The calls are in the order of time.
#[test]
fn a_bookkeeper_can_follow_a_year() {
    let mut shop = Shop::open();

    // The first months: paid on the page, then by the saved card.
    shop.sell("1001", "2027-01-04T09:30:00Z", 2);
    shop.sell("1002", "2027-01-19T18:05:00Z", 1);
    shop.sell("1003", "2027-01-31T22:59:59Z", 1);
    shop.end_month("2027-01-31T23:00:00Z");
    shop.pay_on_page("2027-02-02T08:00:00Z");
    shop.write("01 paid on the page");

    shop.sell("1004", "2027-02-10T12:00:00Z", 3);
    shop.end_month("2027-02-28T23:00:00Z");
    shop.write("02 paid by the saved card");

    // Sold in February, reported in March.
    shop.sell_late("1005", "2027-02-27T10:00:00Z", "2027-03-03T10:00:00Z", 1);
    shop.sell("1006", "2027-03-15T12:00:00Z", 4);
    // The clocks were put forward on the 28th.
    shop.end_month("2027-03-31T22:00:00Z");
    shop.write("03 a late sale");

    // Returned after its month was closed.
    shop.refund("1006", "2027-04-07T12:00:00Z", 1);
    shop.sell("1007", "2027-04-20T12:00:00Z", 2);
    shop.end_month("2027-04-30T22:00:00Z");
    shop.write("04 a refund after the close");

    // A tree costs more from May 1. Earlier sales keep their price.
    shop.set_price("2027-05-01T00:00:00Z", 120);
    shop.sell_late("1008", "2027-04-30T20:00:00Z", "2027-05-02T08:00:00Z", 2);
    shop.sell("1009", "2027-05-12T12:00:00Z", 2);
    shop.end_month("2027-05-31T22:00:00Z");
    shop.write("05 a new price");

    // The card has expired: it is never charged again, and the page saves a new one.
    shop.sell("1010", "2027-06-09T12:00:00Z", 3);
    shop.next_charge(Next::Decline(json!({"code": "expired_card"})));
    shop.end_month("2027-06-30T22:00:00Z");
    shop.pay_on_page("2027-07-05T07:00:00Z");
    shop.write("06 an expired card");

    // Declined, and charged again on the third day.
    shop.sell("1011", "2027-07-20T12:00:00Z", 2);
    shop.next_charge(FakeStripe::declined("insufficient_funds"));
    shop.end_month("2027-07-31T22:00:00Z");
    shop.events_until("2027-08-04T07:00:00Z");
    shop.write("07 declined and then paid");

    // The merchant moves to New York. August ends in the old time zone, and September begins in it.
    shop.sell("1012", "2027-08-05T12:00:00Z", 2);
    shop.move_to("America/New_York");
    shop.sell("1013", "2027-08-30T12:00:00Z", 1);
    shop.end_month("2027-08-31T22:00:00Z");
    shop.write("08 a move");

    // The hours between the end of August in the old and in the new time zone belong to September.
    // The bank blocks the card, and the deployer accepts a transfer.
    shop.sell("1014", "2027-08-31T23:30:00Z", 1);
    shop.sell("1015", "2027-09-14T12:00:00Z", 2);
    shop.next_charge(FakeStripe::declined("lost_card"));
    shop.end_month("2027-10-01T04:00:00Z");
    shop.pay_by_transfer("2027-10-04T12:00:00Z", "Transfer 2027-10-04/7");
    shop.write("09 a transfer");

    // Only returns: the total is below zero, so it rolls over.
    shop.refund("1015", "2027-10-11T12:00:00Z", 2);
    shop.end_month("2027-11-01T04:00:00Z");
    shop.write("10 below zero");

    shop.sell("1016", "2027-11-08T12:00:00Z", 4);
    shop.end_month("2027-12-01T05:00:00Z");
    shop.write("11 less what was carried over");

    // Everything was cancelled before the month ended.
    shop.sell("1017", "2027-12-06T12:00:00Z", 2);
    shop.refund("1017", "2027-12-10T12:00:00Z", 2);
    shop.end_month("2028-01-01T05:00:00Z");
    assert_eq!(shop.purchase_orders(), 11, "an empty month makes none");
    shop.check_books();
}
