<?php
/**
 * Prints the plugin's additions to a page of the shop. Arguments: the plugin's folder, the query of the page, and options
 * as JSON that differ from those of a connected shop. The order, as WooCommerce's REST API prints it, comes on standard
 * input.
 */

require __DIR__ . '/wordpress.php';

parse_str( $argv[2], $_GET );
$order   = json_decode( stream_get_contents( STDIN ), true );
$options = array_merge( connected_options(), json_decode( $argv[3] ?? '{}', true ) );
$user    = (int) ( $_GET['user'] ?? 0 );
if ( isset( $_GET['asks_for_consent'] ) ) {
	function wp_has_consent() {
		return false;
	}
}
require $argv[1] . '/play-it-green.php';

do_action( 'wp_head' );
do_action( 'wp_enqueue_scripts' );
// Not every theme fires this action; every page fires the one at the end.
if ( isset( $_GET['thankyou'] ) ) {
	do_action( 'woocommerce_thankyou', (int) $_GET['thankyou'] );
}
do_action( 'wp_footer' );
