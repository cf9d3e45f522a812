<?php
/**
 * Plugin Name: Play It Green
 * Plugin URI: https://github.com/play-it-green/play-it-green
 * Description: Each sale of your shop orders trees, by the conditions that you set.
 * Version: 0.1.0
 * Requires at least: 6.5
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 * WC requires at least: 8.0
 * WC tested up to: 11.0
 * Author: Play It Green
 * License: MIT
 * License URI: https://opensource.org/license/mit
 * Text Domain: play-it-green
 * Domain Path: /languages
 * Update URI: https://github.com/play-it-green/play-it-green
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The version, as above. */
const VERSION = '0.1.0';

/** This file, by which WordPress knows the plugin. */
const MAIN_FILE = __FILE__;

require_once __DIR__ . '/address.php';
require_once __DIR__ . '/checkout.php';
require_once __DIR__ . '/connection.php';
require_once __DIR__ . '/deliveries.php';
require_once __DIR__ . '/island.php';
require_once __DIR__ . '/page.php';
require_once __DIR__ . '/requests.php';
require_once __DIR__ . '/settings.php';
require_once __DIR__ . '/storefront.php';
require_once __DIR__ . '/webhook.php';

register_activation_hook( MAIN_FILE, __NAMESPACE__ . '\\resume_webhooks' );
register_deactivation_hook( MAIN_FILE, __NAMESPACE__ . '\\pause_webhooks' );
add_action( 'before_woocommerce_init', __NAMESPACE__ . '\\declare_compatibility' );
add_action( 'init', __NAMESPACE__ . '\\load_translations' );
add_filter( 'wp_consent_api_registered_' . plugin_basename( MAIN_FILE ), '__return_true' );

add_action( 'wp_head', __NAMESPACE__ . '\\print_settings', 1 );
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\\enqueue_loader' );
add_action( 'woocommerce_thankyou', __NAMESPACE__ . '\\print_sale' );
add_action( 'wp_footer', __NAMESPACE__ . '\\print_sale_of_address', 1 );
add_action( 'woocommerce_init', __NAMESPACE__ . '\\add_block_field' );
add_filter( 'woocommerce_checkout_fields', __NAMESPACE__ . '\\add_classic_field' );
add_action( 'woocommerce_checkout_create_order', __NAMESPACE__ . '\\store_classic_decision', 10, 2 );
add_action( 'woocommerce_store_api_checkout_update_order_from_request', __NAMESPACE__ . '\\store_block_decision', 10, 2 );

add_filter( 'woocommerce_webhook_payload', __NAMESPACE__ . '\\complete_webhook', 10, 3 );
add_filter( 'woocommerce_webhook_topic_hooks', __NAMESPACE__ . '\\complete_topics', 10, 2 );
add_filter( 'woocommerce_webhook_should_deliver', __NAMESPACE__ . '\\hold_back_copies', 10, 2 );
add_filter( 'pre_http_request', __NAMESPACE__ . '\\hold_back_requests', 10, 3 );
add_action( 'woocommerce_webhook_delivery', __NAMESPACE__ . '\\note_delivery', 10, 5 );
add_action( 'woocommerce_webhook_disabled_due_delivery_failures', __NAMESPACE__ . '\\note_disabled' );
add_action( 'woocommerce_refund_deleted', __NAMESPACE__ . '\\touch_after_deleted_refund', 10, 2 );
add_action( 'woocommerce_rest_delete_shop_order_refund_object', __NAMESPACE__ . '\\touch_after_refund_deleted_by_api' );
add_action( 'woocommerce_before_delete_order', __NAMESPACE__ . '\\report_deleted_order', 10, 2 );
add_action( 'deleted_user', __NAMESPACE__ . '\\care_after_deleted_user' );
add_action( CARE, __NAMESPACE__ . '\\care' );

add_action( 'admin_menu', __NAMESPACE__ . '\\add_page' );
add_action( 'admin_init', __NAMESPACE__ . '\\register_choices' );
add_action( 'admin_notices', __NAMESPACE__ . '\\ask_about_address' );
add_action( 'admin_post_play_it_green_connect', __NAMESPACE__ . '\\connect_by_form' );
add_action( 'admin_post_play_it_green_disconnect', __NAMESPACE__ . '\\disconnect_by_form' );
add_action( 'admin_post_play_it_green_care', __NAMESPACE__ . '\\care_by_form' );
add_action( 'admin_post_play_it_green_address', __NAMESPACE__ . '\\decide_about_address' );
add_filter( 'plugin_action_links_' . plugin_basename( MAIN_FILE ), __NAMESPACE__ . '\\add_link' );

/** Orders are read by WC_Order's getters alone, so where they are stored makes no difference. */
function declare_compatibility() {
	if ( class_exists( '\\Automattic\\WooCommerce\\Utilities\\FeaturesUtil' ) ) {
		foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, MAIN_FILE, true );
		}
	}
}

/** Loads the texts in the site's language from this plugin's folder. */
function load_translations() {
	// phpcs:ignore PluginCheck.CodeAnalysis.DiscouragedFunctions.load_plugin_textdomainFound -- The texts are in the plugin.
	load_plugin_textdomain( 'play-it-green', false, dirname( plugin_basename( MAIN_FILE ) ) . '/languages' );
}
