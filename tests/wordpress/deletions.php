<?php
/**
 * Prints the topics of a webhook about an order after a deletion. Arguments: the plugin's folder, the address of the
 * webhook, and the deleted object: "refund", "refund by the API" or "order". The order comes on standard input.
 */

require __DIR__ . '/wordpress.php';
require $argv[1] . '/play-it-green.php';

/** Has the getter of WC_Webhook. */
class Webhook_To {
	private $url;

	public function __construct( $url ) {
		$this->url = $url;
	}
	public function get_delivery_url() {
		return $this->url;
	}
}

/** Has the getter of WC_Order_Refund. */
class Refund_Of {
	private $order;

	public function __construct( $order ) {
		$this->order = $order;
	}
	public function get_parent_id() {
		return $this->order;
	}
}

$order  = json_decode( stream_get_contents( STDIN ), true );
$id     = $order['id'];
$topics = array( 'order.updated' => array( 'woocommerce_update_order' ), 'order.deleted' => array() );
foreach ( $hooks['woocommerce_webhook_topic_hooks'] as $callback ) {
	$topics = $callback( $topics, new Webhook_To( $argv[2] ) );
}
// WooCommerce does the same when it loads a webhook.
$told = array();
foreach ( $topics as $topic => $its_hooks ) {
	foreach ( $its_hooks as $hook ) {
		add_action(
			$hook,
			function ( $order ) use ( $topic, &$told ) {
				$told[] = array( $topic, $order );
			}
		);
	}
}
switch ( $argv[3] ) {
	case 'refund':
		do_action( 'woocommerce_refund_deleted', $id + 1, $id );
		break;
	case 'refund by the API':
		do_action( 'woocommerce_rest_delete_shop_order_refund_object', new Refund_Of( $id ) );
		break;
	case 'order':
		do_action( 'woocommerce_before_delete_order', $id, wc_get_order( $id ) );
		break;
}
echo json_encode( array( 'told' => $told, 'modified' => $GLOBALS['order']['date_modified_gmt'] ) );
