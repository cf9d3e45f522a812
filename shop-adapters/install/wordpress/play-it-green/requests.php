<?php
/**
 * What the forms of the administration share: permission, messages, and the way back to the page.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The slug of the page, and of its messages. */
const PAGE = 'play-it-green';

/**
 * Ends a request that was not sent from the page by an administrator.
 *
 * @param string $action The name of the form.
 */
function check_request( $action ) {
	if ( ! current_user_can( capability() ) ) {
		wp_die( esc_html__( 'You may not change the connection of this shop.', 'play-it-green' ), '', array( 'response' => 403 ) );
	}
	check_admin_referer( $action );
}

/**
 * Adds a message to the next page.
 *
 * @param string $message The message.
 * @param string $type    The type: error, success or info.
 */
function report( $message, $type = 'error' ) {
	add_settings_error( PAGE, 'play-it-green-' . count( get_settings_errors( PAGE ) ), $message, $type );
}

/** Leads back to the page, which shows the messages. */
function return_to_page() {
	set_transient( 'settings_errors', get_settings_errors(), 30 );
	wp_safe_redirect( page_address() . '&settings-updated=1' );
	exit;
}

/**
 * The address of the page.
 *
 * @return string
 */
function page_address() {
	return admin_url( 'admin.php?page=' . PAGE );
}
