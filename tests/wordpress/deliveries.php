<?php
/**
 * Prints the webhooks after events. Arguments: the plugin's folder. The events come as JSON on standard input; each is a
 * name with its arguments.
 */

require __DIR__ . '/wordpress.php';
require __DIR__ . '/webhooks.php';
require $argv[1] . '/play-it-green.php';

$options = connected_options();
foreach ( json_decode( stream_get_contents( STDIN ), true ) as $event ) {
	$name = array_shift( $event );
	switch ( $name ) {
		case 'connected':
			PlayItGreen\care_for_webhooks( true );
			break;
		case 'stored as':
			list( $id, $props )  = $event;
			$webhooks[ $id ]     = $props + $webhooks[ $id ];
			break;
		case 'made by hand':
			$webhook = new WC_Webhook();
			$webhook->set_props( $event[0] );
			$webhook->save();
			break;
		case 'deleted by hand':
			unset( $webhooks[ $event[0] ] );
			break;
		case 'disabled':
			$webhooks[ $event[0] ]['status'] = 'disabled';
			do_action( 'woocommerce_webhook_disabled_due_delivery_failures', $event[0] );
			break;
		case 'changed':
			$changed = $event;
			break;
		case 'delivered':
			list( $id, $order, $status ) = $event;
			$response                    = $status ? array( 'status' => $status ) : new WP_Error( 'no route to the host' );
			do_action( 'woocommerce_webhook_delivery', array(), $response, 1.0, $order, $id );
			break;
		case 'administrators':
			$administrators = $event;
			do_action( 'deleted_user', 1 );
			break;
		case 'moved to':
			$options['home'] = $event[0];
			break;
		default:
			do_action( $name );
	}
}
$delivers = array();
$address  = $options['play_it_green']['address'];
$requests = array();
foreach ( array( $address, 'https://example.com/' ) as $url ) {
	$requests[] = false === apply_filters( 'pre_http_request', false, array(), $url );
}
foreach ( $webhooks as $id => $props ) {
	$delivers[] = apply_filters( 'woocommerce_webhook_should_deliver', true, new WC_Webhook( $id ) );
}
echo json_encode( compact( 'webhooks', 'queued', 'scheduled', 'delivers', 'requests' ) + array( 'failed' => PlayItGreen\failed_deliveries() ) );
