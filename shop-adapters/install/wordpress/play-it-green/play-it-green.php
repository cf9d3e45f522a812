<?php
/**
 * Plugin Name: Play It Green
 * Description: Each sale of your shop orders trees, by the conditions that you set.
 * Version: 0.1.0
 * Requires at least: 6.5
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.0
 * License: MIT
 * Text Domain: play-it-green
 *
 * Prints the sale as data on the order-received page, and the loader that reads it.
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

require __DIR__ . '/island.php';
require __DIR__ . '/settings.php';
require __DIR__ . '/webhook.php';

add_action( 'before_woocommerce_init', __NAMESPACE__ . '\\declare_compatibility' );
add_action( 'woocommerce_thankyou', __NAMESPACE__ . '\\print_sale' );
add_action( 'wp_footer', __NAMESPACE__ . '\\print_sale_of_address' );
add_filter( 'woocommerce_webhook_payload', __NAMESPACE__ . '\\complete_webhook', 10, 3 );
add_filter( 'woocommerce_webhook_topic_hooks', __NAMESPACE__ . '\\complete_topics', 10, 2 );
add_action( 'woocommerce_refund_deleted', __NAMESPACE__ . '\\tell_of_deleted_refund', 10, 2 );
add_action( 'woocommerce_rest_delete_shop_order_refund_object', __NAMESPACE__ . '\\tell_of_refund_deleted_by_api' );
add_action( 'woocommerce_before_delete_order', __NAMESPACE__ . '\\tell_of_deleted_order', 10, 2 );
add_action( 'admin_menu', __NAMESPACE__ . '\\add_settings_page' );
add_action( 'admin_init', __NAMESPACE__ . '\\register_settings' );

/** Orders are read by WC_Order's getters alone, so where they are kept makes no difference. */
function declare_compatibility() {
	if ( class_exists( '\\Automattic\\WooCommerce\\Utilities\\FeaturesUtil' ) ) {
		foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, __DIR__ . '/play-it-green.php', true );
		}
	}
}

/**
 * Prints the sale and the loader, once on a page. WooCommerce calls this only for a visitor who may see the order.
 *
 * @param int $order_id The order on the page.
 */
function print_sale( $order_id ) {
	static $is_printed = false;
	$settings = settings();
	$order    = wc_get_order( $order_id );
	if ( $is_printed || ! $order || '' === $settings['worker'] || '' === $settings['key'] ) {
		return;
	}
	// Nothing was sold. The same order may be paid in a second try, and is told then.
	if ( in_array( $order->get_status(), array( 'failed', 'cancelled' ), true ) ) {
		return;
	}
	$is_printed = true;
	// Tags are written as \u003c, so that no title can end the script.
	$json = wp_json_encode( island( $order ), JSON_HEX_TAG | JSON_HEX_AMP );
	if ( false === $json ) {
		return;
	}
	$attributes = array(
		'type' => 'application/json',
		'id'   => 'play-it-green-sale',
	);
	if ( '' !== $settings['secret'] ) {
		$attributes['data-signature'] = signature( $json, $settings['secret'] );
	}
	wp_print_inline_script_tag( $json, $attributes );
	wp_print_script_tag(
		array(
			'async'    => true,
			'src'      => $settings['worker'] . '/plugin/loader.js',
			'data-key' => $settings['key'],
		)
	);
}

/** The same where the theme's page lacks the block that fires woocommerce_thankyou: the address names the order. */
function print_sale_of_address() {
	if ( ! function_exists( 'is_order_received_page' ) || ! is_order_received_page() ) {
		return;
	}
	// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- The order's own key is the proof.
	$key   = isset( $_GET['key'] ) ? sanitize_text_field( wp_unslash( $_GET['key'] ) ) : '';
	$order = wc_get_order( absint( get_query_var( 'order-received' ) ) );
	if ( $order && hash_equals( $order->get_order_key(), $key ) ) {
		print_sale( $order->get_id() );
	}
}
