<?php
/**
 * What the pages of the shop hold: the settings and the loader on every page, and the sale on the order-received page.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The category of the WP Consent API in which sales are counted. */
const CONSENT = 'statistics';

/** Statuses without a sale. The same order may be paid in a second try, and is reported then. */
const UNSOLD_STATUSES = array( 'failed', 'cancelled' );

/** Attributes by which cache plugins leave the script where it is: behind the sale, which it keeps at once. */
const LEAVE_ALONE = array(
	'data-cfasync'     => 'false',
	'data-no-defer'    => '1',
	'data-no-optimize' => '1',
	'data-noptimize'   => '1',
	'nowprocket'       => true,
);

/** Prints the settings that the loader reads. A plugin that combines scripts leaves a meta element alone. */
function print_settings() {
	if ( ! is_reporting() ) {
		return;
	}
	$settings = settings();
	printf(
		'<meta name="play-it-green" data-worker="%s" data-key="%s" data-files="%s"%s>' . "\n",
		esc_attr( $settings['worker'] ),
		esc_attr( $settings['key'] ),
		esc_attr( plugins_url( 'assets', MAIN_FILE ) ),
		// The interface's script runs at the end of the page, or later. The loader waits for it.
		function_exists( 'wp_has_consent' ) ? ' data-consent="' . esc_attr( CONSENT ) . '"' : ''
	);
}

/** Loads the loader on every page, so that sales are delivered that an earlier page could not. */
function enqueue_loader() {
	if ( ! is_reporting() || is_order_page() ) {
		return;
	}
	wp_enqueue_script( 'play-it-green', loader_address(), array(), VERSION, array( 'strategy' => 'async' ) );
}

/**
 * The address of the loader, which is a file of this plugin.
 *
 * @return string
 */
function loader_address() {
	return plugins_url( 'assets/loader.js', MAIN_FILE );
}

/**
 * Whether this is the order-received page.
 *
 * @return bool
 */
function is_order_page() {
	return function_exists( 'is_order_received_page' ) && is_order_received_page();
}

/**
 * Prints the sale, once on a page. WooCommerce calls this only for a visitor who may see the order.
 *
 * @param int $order_id The order on the page.
 */
function print_sale( $order_id ) {
	static $is_printed = false;
	$order             = is_reporting() ? wc_get_order( $order_id ) : false;
	if ( $is_printed || ! $order || in_array( $order->get_status(), UNSOLD_STATUSES, true ) ) {
		return;
	}
	// Tags are written as \u003c, so that no title can end the script.
	$json = wp_json_encode( island( $order ), JSON_HEX_TAG | JSON_HEX_AMP );
	if ( false === $json ) {
		return;
	}
	$is_printed = true;
	wp_print_inline_script_tag(
		$json,
		array(
			'type'           => 'application/json',
			'id'             => 'play-it-green-sale',
			'data-signature' => signature( $json, settings()['secret'] ),
		)
	);
	print_loader();
}

/** Prints the loader so that it runs at once: it keeps the sale even if the buyer leaves in this moment. */
function print_loader() {
	static $is_printed = false;
	if ( $is_printed ) {
		return;
	}
	$is_printed = true;
	wp_print_script_tag( array( 'src' => add_query_arg( 'ver', VERSION, loader_address() ) ) + LEAVE_ALONE );
}

/** The same where the theme's page lacks the block that fires woocommerce_thankyou: the address names the order. */
function print_sale_of_address() {
	if ( ! is_order_page() || ! is_reporting() ) {
		return;
	}
	// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- The order's own key is the proof.
	$key   = isset( $_GET['key'] ) ? sanitize_text_field( wp_unslash( $_GET['key'] ) ) : '';
	$order = wc_get_order( absint( get_query_var( 'order-received' ) ) );
	if ( $order && '' !== $key && hash_equals( $order->get_order_key(), $key ) && may_see( $order ) ) {
		print_sale( $order->get_id() );
	}
	print_loader();
}

/**
 * Whether WooCommerce shows this order to the visitor: to its customer, and to a guest for some minutes or after the
 * e-mail address was typed.
 *
 * @param \WC_Order $order The order, whose key the visitor knows.
 * @return bool
 */
function may_see( $order ) {
	$customer = (int) $order->get_customer_id();
	// phpcs:disable WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WooCommerce's own hooks.
	if ( $customer > 0 ) {
		return get_current_user_id() === $customer || ! apply_filters( 'woocommerce_order_received_verify_known_shoppers', true );
	}
	$users = '\\Automattic\\WooCommerce\\Internal\\Utilities\\Users';
	if ( is_callable( array( $users, 'should_user_verify_order_email' ) ) ) {
		return ! $users::should_user_verify_order_email( $order->get_id(), null, 'order-received' );
	}
	$period  = (int) apply_filters( 'woocommerce_order_email_verification_grace_period', 10 * MINUTE_IN_SECONDS, $order, 'order-received' );
	$created = $order->get_date_created();
	// phpcs:enable
	return $created && time() - $created->getTimestamp() <= $period;
}
