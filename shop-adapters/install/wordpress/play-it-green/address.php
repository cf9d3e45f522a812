<?php
/**
 * The address of this site. A copy of a shop must not report the orders of its tests as sales of the shop.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/**
 * The origin of an address, such as https://mugs.example.com.
 *
 * @param string $address The address.
 * @return string
 */
function origin( $address ) {
	$parts = wp_parse_url( $address );
	$parts = is_array( $parts ) ? $parts : array();
	$port  = isset( $parts['port'] ) ? ':' . $parts['port'] : '';
	return strtolower( ( $parts['scheme'] ?? '' ) . '://' . ( $parts['host'] ?? '' ) ) . $port;
}

/**
 * The origin of this site. Plugins for several languages change home_url() from page to page, so it is the stored one.
 *
 * @return string
 */
function site() {
	return origin( (string) get_option( 'home' ) );
}

/**
 * Whether this is another site than the one that was connected: a copy, or the shop at a new address. HTTPS instead of
 * HTTP is no other site.
 *
 * @return bool
 */
function has_moved() {
	$host = function ( $origin ) {
		return preg_replace( '#^https?://#', '', $origin );
	};
	return is_connected() && $host( settings()['site'] ) !== $host( site() );
}

/** Asks the owner on every page of the administration what the new address means. */
function ask_about_address() {
	if ( ! has_moved() || ! current_user_can( capability() ) ) {
		return;
	}
	/* translators: 1: the address that was connected, 2: the address of this site. */
	$text = __( 'Play It Green was connected at %1$s, and this site is %2$s. No sale is reported from here until you decide.', 'play-it-green' );
	?>
	<div class="notice notice-warning">
		<p><?php echo esc_html( sprintf( $text, settings()['site'], site() ) ); ?></p>
		<form action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>" method="post">
			<input type="hidden" name="action" value="play_it_green_address">
			<?php wp_nonce_field( 'play_it_green_address' ); ?>
			<p>
				<button class="button" name="decision" value="copy"><?php esc_html_e( 'This is a copy: disconnect it', 'play-it-green' ); ?></button>
				<button class="button" name="decision" value="moved"><?php esc_html_e( 'The shop moved here: connect it again', 'play-it-green' ); ?></button>
			</p>
		</form>
	</div>
	<?php
}

/** Does what the owner decided. */
function decide_about_address() {
	check_request( 'play_it_green_address' );
	// phpcs:ignore WordPress.Security.NonceVerification.Missing -- Checked above.
	$decision = sanitize_key( wp_unslash( $_POST['decision'] ?? '' ) );
	disconnect();
	if ( 'moved' === $decision ) {
		update_option( MOVED, site() );
		report( __( 'Make a new code in the settings of Play It Green, and paste it here. The shop then reports its sales from this address.', 'play-it-green' ), 'info' );
	} else {
		report( __( 'This copy is disconnected. It reports no sales.', 'play-it-green' ), 'success' );
	}
	return_to_page();
}
