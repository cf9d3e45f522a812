<?php
/**
 * Prints the body of a webhook as WooCommerce signs it. Arguments: the plugin's folder, and the resource of the
 * webhook. The body before the plugin's changes comes on standard input.
 */

require __DIR__ . '/wordpress.php';
require $argv[1] . '/play-it-green.php';

$payload = json_decode( stream_get_contents( STDIN ), true );
$order   = $payload;
foreach ( $hooks['woocommerce_webhook_payload'] as $callback ) {
	$payload = $callback( $payload, $argv[2], $payload['id'] );
}
echo json_encode( $payload );
