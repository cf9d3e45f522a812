<?php
/**
 * Prints the fields of the checkout and the decision that is stored with the order. Arguments: the plugin's folder, and
 * the choices as JSON. The order comes on standard input, with the typed field as "typed".
 */

require __DIR__ . '/wordpress.php';

$order   = json_decode( stream_get_contents( STDIN ), true );
$options = array( 'play_it_green_choices' => json_decode( $argv[2], true ) );
$blocks  = array();

function woocommerce_register_additional_checkout_field( $field ) {
	$GLOBALS['blocks'][] = $field['id'];
}

require $argv[1] . '/play-it-green.php';

do_action( 'woocommerce_init' );
$classic = array_keys( apply_filters( 'woocommerce_checkout_fields', array( 'order' => array() ) )['order'] );
$typed   = $order['typed'];
if ( 'classic' === $typed['checkout'] ) {
	do_action( 'woocommerce_checkout_create_order', wc_get_order( $order['id'] ), $typed['data'] );
} else {
	do_action( 'woocommerce_store_api_checkout_update_order_from_request', wc_get_order( $order['id'] ), $typed['data'] );
}
$decision = wc_get_order( $order['id'] )->get_meta( 'plant_trees' );
echo json_encode( compact( 'blocks', 'classic', 'decision' ) );
