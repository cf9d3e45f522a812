<?php
/**
 * What our webhooks report beyond what WooCommerce reports itself.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** A part of the address of each of our webhooks. Webhooks to others keep their topics as they are. */
const WEBHOOK_PATH = '/webhooks/woocommerce/shop_';

/** The action when an order is deleted that was not in the trash; its argument is the order's id. */
const ORDER_DELETED = 'play_it_green_order_deleted';

/** Statuses whose deletion says nothing: the trash was reported before, and a draft is no order. */
const SILENT_STATUSES = array( 'trash', 'draft', 'auto-draft', 'checkout-draft' );

/**
 * Adds to the order in a webhook what WooCommerce leaves out and conditions may ask for: the categories of its products,
 * returned units and parts of bundles. WooCommerce calls this before it signs the webhook.
 *
 * @param array  $payload     The body.
 * @param string $type        The kind of the object that it reports.
 * @param int    $resource_id The id of the object.
 * @return array
 */
function complete_webhook( $payload, $type, $resource_id ) {
	if ( 'order' !== $type || ! isset( $payload['line_items'] ) || ! is_array( $payload['line_items'] ) ) {
		return $payload;
	}
	$order = wc_get_order( $resource_id );
	$items = $order ? $order->get_items() : array();
	foreach ( $payload['line_items'] as $index => $item ) {
		$added = array_filter( array( 'collections' => collections( $item['product_id'] ) ) );
		if ( isset( $items[ $item['id'] ] ) ) {
			$added['refunded'] = returned( $order, $item['id'] );
			$added['bundled']  = is_bundled( $items[ $item['id'] ] );
		}
		$payload['line_items'][ $index ] = array_merge( $item, $added );
	}
	if ( $order ) {
		$payload['paid'] = is_paid( $order );
	}
	return $payload;
}

/**
 * Lets our webhooks report orders that are deleted without going to the trash first: WooCommerce reports the trash alone.
 *
 * @param array            $hooks   The hooks on which each topic is delivered.
 * @param \WC_Webhook|null $webhook The webhook that they are for.
 * @return array
 */
function complete_topics( $hooks, $webhook ) {
	if ( $webhook && false !== strpos( $webhook->get_delivery_url(), WEBHOOK_PATH ) ) {
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
function touch_after_deleted_refund( $refund_id, $order_id ) {
	touch_order( $order_id );
}

/**
 * A refund was deleted by the REST API.
 *
 * @param \WC_Order_Refund $refund The refund, which knows its order still.
 */
function touch_after_refund_deleted_by_api( $refund ) {
	touch_order( $refund->get_parent_id() );
}

/**
 * Gives an order a new date of change, so that WooCommerce reports it. It has no topic for deleted refunds.
 *
 * @param int $order_id The order.
 */
function touch_order( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( $order ) {
		$order->set_date_modified( time() );
		$order->save();
	}
}

/**
 * An order is about to be deleted for good.
 *
 * @param int       $order_id The order's id.
 * @param \WC_Order $order    The order.
 */
function report_deleted_order( $order_id, $order ) {
	if ( ! in_array( $order->get_status(), SILENT_STATUSES, true ) ) {
		do_action( ORDER_DELETED, $order_id );
	}
}
