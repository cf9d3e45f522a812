<?php
/**
 * Connects the shop by a code that is pasted once, and disconnects it.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The option with the address of this site, after the owner said that the shop moved here. */
const MOVED = 'play_it_green_moved';

/** Seconds to wait for the Worker. */
const PATIENCE = 20;

/** Connects the shop by the code of the form. */
function connect_by_form() {
	check_request( 'play_it_green_connect' );
	// phpcs:disable WordPress.Security.NonceVerification.Missing -- Checked above.
	$code     = sanitize_text_field( wp_unslash( $_POST['code'] ?? '' ) );
	$is_moved = ! empty( $_POST['moved'] ) || get_option( MOVED ) === site();
	// phpcs:enable
	connect( $code, $is_moved );
	return_to_page();
}

/**
 * Exchanges a code for the values of this shop, and makes the webhooks. Reports in words what worked and what did not.
 *
 * @param string $code     The code, as it was pasted.
 * @param bool   $is_moved Whether the owner said that a shop with sales moved to this site.
 * @return bool Whether the shop is connected now.
 */
function connect( $code, $is_moved ) {
	$parts = read_code( $code );
	if ( null === $parts ) {
		report( __( 'This is no code. Make one in the settings of Play It Green, under First steps, and copy all of it: it begins with pig_code_.', 'play-it-green' ) );
		return false;
	}
	list( $token, $worker ) = $parts;
	$body                   = array(
		'code'     => $token,
		'site'     => site(),
		'is_moved' => $is_moved,
	);
	$response               = wp_remote_post(
		$worker . '/api/connections',
		array(
			'headers'     => array( 'Content-Type' => 'application/json' ),
			'body'        => wp_json_encode( $body ),
			'redirection' => 0,
			'timeout'     => PATIENCE,
		)
	);
	if ( is_wp_error( $response ) ) {
		/* translators: 1: an address, 2: the cause. */
		$text = __( '%1$s cannot be reached from this server: %2$s. Check that the server may open connections to it, and try again with the same code.', 'play-it-green' );
		report( sprintf( $text, $worker, $response->get_error_message() ) );
		return false;
	}
	$status = (int) wp_remote_retrieve_response_code( $response );
	$answer = json_decode( wp_remote_retrieve_body( $response ), true );
	$answer = is_array( $answer ) ? $answer : array();
	if ( 201 !== $status ) {
		report_refusal( $worker, $status, $answer );
		return false;
	}
	$values = read_connection( $worker, $answer );
	if ( null === $values ) {
		/* translators: %s: an address. */
		report( sprintf( __( '%s answered with values that this plugin cannot use. Update the plugin, and try again with a new code.', 'play-it-green' ), $worker ) );
		return false;
	}
	store_settings( $values );
	delete_option( MOVED );
	/* translators: %s: the name of the shop. */
	report( sprintf( __( 'Connected: this site reports the sales of “%s”.', 'play-it-green' ), $values['name'] ), 'success' );
	report_webhooks( care_for_webhooks( true ) );
	return true;
}

/**
 * Reads a code: a token and the address of the Worker that made it. HTTP is for trying it on one's own machine only.
 *
 * @param string $code The code.
 * @return array|null The token and the address.
 */
function read_code( $code ) {
	$is_code = preg_match( '#^(pig_code_[0-9a-f]{40})@(https://[^/?\#\s"<>@]+|http://(?:localhost|127\.0\.0\.1)(?::\d+)?)/?$#', trim( $code ), $parts );
	return $is_code ? array( $parts[1], $parts[2] ) : null;
}

/**
 * The values of a connection, if the Worker sent all of them.
 *
 * @param string $worker The address of the Worker.
 * @param array  $answer Its response.
 * @return array|null
 */
function read_connection( $worker, $answer ) {
	$text    = function ( $name ) use ( $answer ) {
		return isset( $answer[ $name ] ) && is_string( $answer[ $name ] ) ? $answer[ $name ] : '';
	};
	$address = preg_replace( '#^https?://[^/]+#', '', $text( 'webhook_address' ) );
	$is_good = preg_match( '/^pig_pk_(live|test)_[0-9a-f]+$/', $text( 'api_key' ) )
		&& preg_match( '/^[0-9A-Za-z]{16,255}$/', $text( 'webhook_secret' ) )
		&& preg_match( '#^/webhooks/woocommerce/shop_[0-9a-f]+$#', $address );
	if ( ! $is_good ) {
		return null;
	}
	return array(
		'worker'  => $worker,
		'key'     => $text( 'api_key' ),
		'secret'  => $text( 'webhook_secret' ),
		// The Worker may know itself by another name behind a proxy.
		'address' => $worker . $address,
		'name'    => sanitize_text_field( $text( 'name' ) ),
		'site'    => site(),
		'user'    => get_current_user_id(),
	);
}

/**
 * Reports why the Worker did not connect the shop. Its messages say what to do.
 *
 * @param string $worker The address of the Worker.
 * @param int    $status The status code.
 * @param array  $answer The response.
 */
function report_refusal( $worker, $status, $answer ) {
	$message = isset( $answer['message'] ) && is_string( $answer['message'] ) ? sanitize_text_field( $answer['message'] ) : '';
	if ( '' === $message ) {
		/* translators: 1: an address, 2: a number. */
		$message = sprintf( __( '%1$s answered %2$d, which is not an answer of Play It Green. Copy the code again.', 'play-it-green' ), $worker, $status );
	}
	report( $message );
	$data = isset( $answer['data'] ) && is_string( $answer['data'] ) ? json_decode( $answer['data'], true ) : null;
	if ( 409 === $status && is_array( $data ) && isset( $data['origin'] ) ) {
		report( __( 'If the shop moved here, paste the same code again and tick “The shop moved to this address”.', 'play-it-green' ), 'info' );
	}
}

/** Ends the connection of this site: the webhooks go, and nothing is reported. */
function disconnect() {
	delete_webhooks();
	delete_option( OPTION );
	wp_clear_scheduled_hook( CARE );
}

/** Disconnects by the button on the page. */
function disconnect_by_form() {
	check_request( 'play_it_green_disconnect' );
	disconnect();
	report( __( 'Disconnected: this site reports no sales.', 'play-it-green' ), 'success' );
	return_to_page();
}
