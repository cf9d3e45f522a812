<?php
/**
 * The sale, read from an order by WC_Order's getters: what was bought, and nothing of who bought it.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** Fields of an order's item by which plugins name the bundle that the item is a part of. */
const BUNDLE_KEYS = array( '_bundled_by', '_composite_parent', '_mnm_container', '_woosb_parent_id', '_wooco_parent_id', '_asnp_wepb_parent_id', '_chained_product_of' );

/**
 * The data island of an order: amounts are decimals as text, in major units, without any arithmetic in PHP.
 *
 * @param \WC_Order $order The order.
 * @return array
 */
function island( $order ) {
	$lines = array();
	foreach ( $order->get_items() as $item_id => $item ) {
		$lines[] = line( $order, $item_id, $item );
	}
	$fees = array();
	foreach ( $order->get_fees() as $fee ) {
		$fees[] = decimal( $fee->get_total() );
	}
	return array(
		'id'         => $order->get_id(),
		'sold_at'    => instant( $order->get_date_created() ),
		'updated_at' => instant( $order->get_date_modified() ),
		'status'     => $order->get_status(),
		'paid'       => is_paid( $order ),
		'currency'   => $order->get_currency(),
		'total'      => decimal( $order->get_total() ),
		'refunded'   => decimal( $order->get_total_refunded() ),
		'coupons'    => array_values( $order->get_coupon_codes() ),
		'opted_in'   => answer( $order->get_meta( 'plant_trees' ) ),
		'fees'       => $fees,
		'lines'      => $lines,
	);
}

/**
 * Whether the buyer has paid, or pays on delivery. Other plugins add statuses of their own, and say which ones are paid.
 *
 * @param \WC_Order $order The order.
 * @return bool
 */
function is_paid( $order ) {
	return null !== $order->get_date_paid() || $order->is_paid() || 'cod' === $order->get_payment_method();
}

/**
 * Signs the island like WooCommerce signs a webhook, so that a buyer's browser can pass on the shop's own word.
 *
 * @param string $json   The island's text.
 * @param string $secret The secret of the shop's webhooks.
 * @return string Base64 of the HMAC-SHA256.
 */
function signature( $json, $secret ) {
	// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- As in WooCommerce's own header.
	return base64_encode( hash_hmac( 'sha256', $json, $secret, true ) );
}

/**
 * One product of the order.
 *
 * @param \WC_Order              $order   The order.
 * @param int                    $item_id The id under which the order knows it.
 * @param \WC_Order_Item_Product $item    What was bought.
 * @return array
 */
function line( $order, $item_id, $item ) {
	// A product that was deleted since is known by its ids and its name.
	$product = $item->get_product();
	return array(
		'product'     => $item->get_product_id(),
		'variant'     => $item->get_variation_id(),
		'sku'         => $product ? $product->get_sku() : null,
		'title'       => $item->get_name(),
		'quantity'    => $item->get_quantity(),
		'refunded'    => returned( $order, $item_id ),
		'total'       => decimal( $item->get_total() ),
		'collections' => collections( $item->get_product_id() ),
		'bundled'     => is_bundled( $item ),
	);
}

/**
 * The units of an item that came back.
 *
 * @param \WC_Order $order   The order.
 * @param int       $item_id The id under which the order knows the item.
 * @return int|float
 */
function returned( $order, $item_id ) {
	return abs( $order->get_qty_refunded_for_item( $item_id ) );
}

/**
 * Whether an item is a part of a bundle that is an item itself.
 *
 * @param \WC_Order_Item_Product $item What was bought.
 * @return bool
 */
function is_bundled( $item ) {
	foreach ( BUNDLE_KEYS as $key ) {
		if ( ! empty( $item->get_meta( $key ) ) ) {
			return true;
		}
	}
	return false;
}

/**
 * The slugs of a product's categories; empty if they are not known, because the product was deleted.
 *
 * @param int $product_id The product.
 * @return array
 */
function collections( $product_id ) {
	$slugs = wc_get_product_terms( $product_id, 'product_cat', array( 'fields' => 'slugs' ) );
	return is_array( $slugs ) ? $slugs : array();
}

/**
 * An amount as text, with a point, however the shop shows it.
 *
 * @param string|float $amount The amount.
 * @return string
 */
function decimal( $amount ) {
	return (string) wc_format_decimal( $amount );
}

/**
 * An instant in RFC 3339, in UTC.
 *
 * @param \WC_DateTime|null $date When it was.
 * @return string|null
 */
function instant( $date ) {
	return $date ? gmdate( 'Y-m-d\TH:i:s\Z', $date->getTimestamp() ) : null;
}

/**
 * What the buyer answered when the shop asked whether to plant trees; null where it did not ask.
 *
 * @param mixed $answer The order's meta field.
 * @return bool|null
 */
function answer( $answer ) {
	return '' === $answer ? null : wc_string_to_bool( $answer );
}
