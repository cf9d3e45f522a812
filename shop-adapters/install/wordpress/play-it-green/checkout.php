<?php
/**
 * The checkbox of the checkout, by which a buyer decides whether the order plants trees.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The order's meta field with the buyer's decision. */
const DECISION = 'plant_trees';

/** The id of the field of the block checkout. */
const BLOCK_FIELD = 'play-it-green/plant-trees';

/** Adds the checkbox to the block checkout. */
function add_block_field() {
	if ( ! asks_buyer() || ! function_exists( 'woocommerce_register_additional_checkout_field' ) ) {
		return;
	}
	woocommerce_register_additional_checkout_field(
		array(
			'id'       => BLOCK_FIELD,
			'label'    => question(),
			'location' => 'order',
			'type'     => 'checkbox',
		)
	);
}

/**
 * Adds the checkbox to the classic checkout.
 *
 * @param array $fields The fields, by their groups.
 * @return array
 */
function add_classic_field( $fields ) {
	if ( asks_buyer() ) {
		$fields['order'][ DECISION ] = array(
			'type'  => 'checkbox',
			'label' => question(),
		);
	}
	return $fields;
}

/**
 * The question to the buyer.
 *
 * @return string
 */
function question() {
	return __( 'Plant trees with my order', 'play-it-green' );
}

/**
 * Stores the decision of the classic checkout with the order.
 *
 * @param \WC_Order $order The order.
 * @param array     $data  The fields of the checkout.
 */
function store_classic_decision( $order, $data ) {
	if ( asks_buyer() ) {
		store_decision( $order, ! empty( $data[ DECISION ] ) );
	}
}

/**
 * Stores the decision of the block checkout with the order. WooCommerce itself stores no box that is not ticked.
 *
 * @param \WC_Order        $order   The order.
 * @param \WP_REST_Request $request The fields of the checkout.
 */
function store_block_decision( $order, $request ) {
	if ( asks_buyer() ) {
		$fields = $request['additional_fields'];
		store_decision( $order, is_array( $fields ) && ! empty( $fields[ BLOCK_FIELD ] ) );
	}
}

/**
 * Stores a decision.
 *
 * @param \WC_Order $order The order.
 * @param bool      $plant Whether the order plants trees.
 */
function store_decision( $order, $plant ) {
	$order->update_meta_data( DECISION, $plant ? 'yes' : 'no' );
}
