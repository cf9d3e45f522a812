<?php
/**
 * What the webhooks to us tell beyond what WooCommerce tells by itself.
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** A part of the address of each of our webhooks. Webhooks to others keep their topics as they are. */
const WEBHOOK_PATH = '/webhooks/woocommerce/shop_';

/** The action when a refund was deleted; its argument is the id of the order. */
const REFUND_DELETED = 'play_it_green_refund_deleted';

/** The action when an order is deleted that was not in the trash; its argument is the order's id. */
const ORDER_DELETED = 'play_it_green_order_deleted';

/** Statuses whose deletion says nothing: the shop has told of the trash, and nobody has placed a draft. */
const UNTOLD_STATUSES = array( 'trash', 'draft', 'auto-draft', 'checkout-draft' );

/**
 * Adds to the order in a webhook what WooCommerce leaves out and conditions may ask for: the categories of its products,
 * returned units and parts of bundles. WooCommerce calls this before it signs the webhook.
 *
 * @param array  $payload     The body.
 * @param string $resource    What it tells of.
 * @param int    $resource_id The id of that.
 * @return array
 */
function complete_webhook( $payload, $resource, $resource_id ) {
	if ( 'order' !== $resource || ! isset( $payload['line_items'] ) || ! is_array( $payload['line_items'] ) ) {
		return $payload;
	}
	$order = wc_get_order( $resource_id );
	$items = $order ? $order->get_items() : array();
	foreach ( $payload['line_items'] as $index => $item ) {
		$added = array( 'collections' => collections( $item['product_id'] ) );
		if ( isset( $items[ $item['id'] ] ) ) {
			$added['refunded'] = returned( $order, $item['id'] );
			$added['bundled']  = is_bundled( $items[ $item['id'] ] );
		}
		$payload['line_items'][ $index ] = array_merge( $item, $added );
	}
	return $payload;
}

/**
 * Lets our webhooks tell of deleted refunds, and of orders that are deleted without going to the trash first. WooCommerce
 * has no topic for the first, and tells of the trash alone.
 *
 * @param array            $hooks   The hooks on which each topic is delivered.
 * @param \WC_Webhook|null $webhook The webhook that they are for.
 * @return array
 */
function complete_topics( $hooks, $webhook ) {
	if ( $webhook && false !== strpos( $webhook->get_delivery_url(), WEBHOOK_PATH ) ) {
		$hooks['order.updated'][] = REFUND_DELETED;
		$hooks['order.deleted'][] = ORDER_DELETED;
	}
	return $hooks;
}

/**
 * A refund was deleted on the admin's page of the order.
 *
 * @param int $refund_id The refund.
 * @param int $order_id  The order that it was of.
 */
function tell_of_deleted_refund( $refund_id, $order_id ) {
	do_action( REFUND_DELETED, $order_id );
}

/**
 * A refund was deleted by the REST API.
 *
 * @param \WC_Order_Refund $refund The refund, which knows its order still.
 */
function tell_of_refund_deleted_by_api( $refund ) {
	do_action( REFUND_DELETED, $refund->get_parent_id() );
}

/**
 * An order is about to be deleted for good.
 *
 * @param int       $order_id The order's id.
 * @param \WC_Order $order    The order.
 */
function tell_of_deleted_order( $order_id, $order ) {
	if ( ! in_array( $order->get_status(), UNTOLD_STATUSES, true ) ) {
		do_action( ORDER_DELETED, $order_id );
	}
}
