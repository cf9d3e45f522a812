<?php
/**
 * The connection of this shop, as it is stored.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The option with the values that connect the shop. */
const OPTION = 'play_it_green';

/** The option with the owner's choices, which a new connection keeps. */
const CHOICES = 'play_it_green_choices';

/**
 * The values that connect the shop; empty without a connection.
 *
 * @return array {
 *     The values.
 *
 *     @type string $worker  The address of the Worker.
 *     @type string $key     The publishable key.
 *     @type string $secret  The secret of the webhooks.
 *     @type string $address The address for the webhooks' deliveries.
 *     @type string $name    The name of the shop in its settings at the Worker.
 *     @type string $site    The address of this site when it was connected.
 *     @type int    $user    The administrator who connected it.
 *     @type array  $hooks   The ids of the webhooks by their topics.
 * }
 */
function settings() {
	$stored = get_option( OPTION );
	return array_merge(
		array(
			'worker'  => '',
			'key'     => '',
			'secret'  => '',
			'address' => '',
			'name'    => '',
			'site'    => '',
			'user'    => 0,
			'hooks'   => array(),
		),
		is_array( $stored ) ? $stored : array()
	);
}

/**
 * Stores values of the connection.
 *
 * @param array $values The values to change.
 */
function store_settings( $values ) {
	update_option( OPTION, array_merge( settings(), $values ) );
}

/**
 * Whether the shop is connected.
 *
 * @return bool
 */
function is_connected() {
	return '' !== settings()['key'];
}

/**
 * Whether the plugin may report sales: the shop is connected, and this is still the site that was connected.
 *
 * @return bool
 */
function is_reporting() {
	return is_connected() && ! has_moved();
}

/**
 * Who may connect the shop. It decides which server gets the shop's sales, so a shop manager may not.
 *
 * @return string
 */
function capability() {
	return 'manage_options';
}

/**
 * Whether the checkout asks the buyer to plant trees.
 *
 * @return bool
 */
function asks_buyer() {
	$choices = get_option( CHOICES );
	return is_array( $choices ) && ! empty( $choices['asks_buyer'] );
}
