//! Signs, words and points around amounts, as pages show them.

use serde_json::{Value, json};

use super::{ga4_purchase, woocommerce_order};

#[test]
fn an_amount_in_parentheses_or_before_its_minus_is_negative() {
    for written in [
        "(10.00)",
        "($10.00)",
        "$(10.00)",
        "( 10,00 € )",
        "10.00-",
        "-&#36;10.00",
        "&minus;10.00",
        "&#8722;&nbsp;10.00",
    ] {
        let fee = json!([{"total": written}]).to_string();
        let sale = woocommerce_order(&[("/fee_lines", &fee)]).unwrap();
        assert_eq!(sale.items_total, 3000, "{written}");
    }
}

#[test]
fn a_hyphen_in_a_word_or_a_tag_is_no_minus() {
    for written in [
        "US-Dollar 10.00",
        "U.S.-Dollar 10.00",
        "US$-Betrag: 10,00",
        "inkl.-MwSt. 10,00 €",
        "(USD)-Betrag 10.00",
        "\"US\"-Dollar 10.00",
        "<b>US</b>-Dollar 10.00",
        "US-<b>Dollar</b> 10.00",
        "US-&nbsp;Dollar 10.00",
        "brutto/-netto 10.00",
        "10,-",
        "10.00 US-Dollar",
        "10.00-US$",
        "US-$10.00",
        "US-&#36;10.00",
        "US\u{2010}Dollar 10.00",
        "e-money 10.00",
        "лв-валюта 10.00",
        "<span class=\"a-b\">10.00</span>",
        "<bdi class='amount-1'><span>&#36;</span>10.00</bdi>",
        "$<b data-x=\"5\">10.00</b>",
    ] {
        let text = Value::String(written.to_owned()).to_string();
        assert_eq!(woocommerce_order(&[("/total", &text)]).unwrap().total, 1000, "{written}");
        let order = woocommerce_order(&[("/line_items/0/total", &text)]).unwrap();
        assert_eq!((order.items_total, order.lines.len()), (3000, 2), "{written}");
        let items = json!([{"item_id": "A", "price": written, "quantity": 2}]);
        let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
        assert_eq!(ga4_purchase(&purchase).unwrap().items_total, 2000, "{written}");
    }
    for written in [
        "US-Dollar -10.00",
        "kr-10.00",
        "&nbsp;-$10.00",
        "Rabatt:\u{a0}-$10.00",
        "Discount\u{202f}-£10.00",
        "\u{61c}-$10.00",
        "\u{2066}-$10.00",
        "割引：-￥10.00",
        "&#45;10.00",
        "&#x2d;10.00",
        "&#x2212;$10.00",
        "&ndash;10.00",
        "&#8211;10.00",
        "kr- 10.00",
        "kr-&nbsp;10.00",
        "kr\u{2212}\u{a0}10.00",
        "US$-10.00",
        "-US$10.00",
        "- US-Dollar 10.00",
        "10.00- US$",
        "<b class=\"a-b\">-</b>$10.00",
        "kr-<b>10.00</b>",
        "-<span>&#36;</span>10.00",
    ] {
        let fee = json!([{"total": written}]).to_string();
        let sale = woocommerce_order(&[("/fee_lines", &fee)]).unwrap();
        assert_eq!(sale.items_total, 3000, "{written}");
    }
}

#[test]
fn a_typographic_minus_is_a_minus() {
    for minus in ["-", "\u{2212}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{ff0d}"] {
        for written in [format!("{minus}10.00"), format!("{minus} 10,00 €"), format!("€{minus}10")]
        {
            let text = Value::String(written.clone()).to_string();
            let fee = format!(r#"[{{"total": {text}}}]"#);
            let sale = woocommerce_order(&[("/fee_lines", &fee)]).unwrap();
            assert_eq!(sale.items_total, 3000, "{written}");
            let discount = woocommerce_order(&[("/line_items/0/total", &text)]).unwrap();
            assert_eq!((discount.items_total, discount.lines.len()), (1000, 1), "{written}");
            let items = json!([{"item_id": "A", "price": 20, "quantity": 2},
                {"item_id": "D", "price": written, "quantity": 1}]);
            let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
            let sale = ga4_purchase(&purchase).unwrap();
            assert_eq!((sale.items_total, sale.lines.len()), (3000, 1), "{written}");
            assert!(woocommerce_order(&[("/total", &text)]).is_err(), "{written}");
        }
    }
    // Before other signs it is not a minus sign.
    for written in ["\"\u{20ac}5\"", "\"\u{2014}5\"", "\"\u{ff04}5\""] {
        assert_eq!(woocommerce_order(&[("/total", written)]).unwrap().total, 500, "{written}");
    }
}

#[test]
fn a_point_before_the_first_digit_is_the_decimal_point_unless_it_ends_a_word() {
    for (written, cents) in [
        ("$.99", 99),
        (".99", 99),
        ("USD .99", 99),
        ("€,99", 99),
        ("£.5", 50),
        ("Rs.99", 9900),
        ("S/.99", 9900),
        ("B/.45.00", 4500),
        ("Rs. 99", 9900),
        ("<b>$</b>.99", 99),
    ] {
        let text = Value::String(written.to_owned()).to_string();
        assert_eq!(woocommerce_order(&[("/total", &text)]).unwrap().total, cents, "{written}");
    }
    for (written, items_total) in [("-.50", 3950), ("(.50)", 3950), ("-$.50", 3950), ("$-.5", 3950)]
    {
        let fee = json!([{"total": written}]).to_string();
        let sale = woocommerce_order(&[("/fee_lines", &fee)]).unwrap();
        assert_eq!(sale.items_total, items_total, "{written}");
    }
    for (written, cents) in [
        ("&#x62f;.&#x645;.45.00", 4500),
        ("&#x62f;.&#x645;.45", 4500),
        ("&#1083;&#1074;.45", 4500),
        ("CHF 1&#039;045.00", 104_500),
        ("1&#8239;045,00 €", 104_500),
        ("1&thinsp;045,00", 104_500),
        ("1&rsquo;045.00", 104_500),
        ("&#36;.99", 99),
    ] {
        let text = Value::String(written.to_owned()).to_string();
        assert_eq!(woocommerce_order(&[("/total", &text)]).unwrap().total, cents, "{written}");
    }
    for written in [".د.ب 45.000", ".&#x62f;.&#x628;45.000", "45.000 .د.ب"] {
        let purchase = json!({"transaction_id": "T", "currency": "BHD", "value": written});
        assert_eq!(ga4_purchase(&purchase).unwrap().total, 45_000, "{written}");
    }
}

#[test]
fn a_dash_in_place_of_decimals_shows_the_decimal_comma() {
    for (written, cents) in [
        ("1.045,-", 104_500),
        ("1.045,--", 104_500),
        ("1.045,- €", 104_500),
        ("1.045,–", 104_500),
        ("1.045,&ndash;", 104_500),
        ("45,-", 4500),
        ("1.045", 105),
    ] {
        let text = Value::String(written.to_owned()).to_string();
        assert_eq!(woocommerce_order(&[("/total", &text)]).unwrap().total, cents, "{written}");
    }
}
