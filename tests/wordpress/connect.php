<?php
/**
 * Prints the options and the messages after a code was pasted. Arguments: the plugin's folder. The code and the response
 * of the Worker come as JSON on standard input; a response without a status is an error of the network.
 */

require __DIR__ . '/wordpress.php';
require __DIR__ . '/webhooks.php';

$input   = json_decode( stream_get_contents( STDIN ), true );
$options = array( 'home' => $input['home'] ?? 'https://mugs.example.com' );
$asked   = array();

function wp_remote_post( $address, $arguments ) {
	$GLOBALS['asked'][] = array( $address, json_decode( $arguments['body'], true ) );
	$answer             = $GLOBALS['input']['answer'];
	return isset( $answer['status'] ) ? $answer : new WP_Error( $answer['error'] );
}
function wp_remote_retrieve_body( $response ) {
	return is_string( $response['body'] ) ? $response['body'] : json_encode( $response['body'] );
}

require $argv[1] . '/play-it-green.php';

$is_connected = PlayItGreen\connect( $input['code'], ! empty( $input['moved'] ) );
echo json_encode( compact( 'is_connected', 'options', 'errors', 'asked', 'webhooks', 'scheduled' ) );
