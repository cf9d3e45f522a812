<?php
/**
 * The webhooks by which WooCommerce reports each order: made, kept working, and sent again where a delivery failed.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** The topics that report sales, changes, refunds and deletions. */
const TOPICS = array( 'order.created', 'order.updated', 'order.deleted', 'order.restored' );

/** The event by which WordPress looks after the webhooks every hour. */
const CARE = 'play_it_green_care';

/** The option with the deliveries that failed. WooCommerce itself sends nothing a second time. */
const FAILED = 'play_it_green_failed';

/** The option with the time at which WooCommerce disabled a webhook. */
const DISABLED_SINCE = 'play_it_green_disabled_since';

/** The most failed deliveries that are kept, and the most orders that are sent again at once. */
const FAILED_MAX = 1000;

/**
 * Makes sure that each topic has one active webhook to the Worker, owned by a user who may read orders.
 *
 * @param bool $resumes Whether webhooks go on that the owner has paused.
 * @return array What each topic has now: 'works', 'made', 'repaired', 'paused', or the cause of a failure.
 */
function care_for_webhooks( $resumes = false ) {
	$settings = settings();
	$states   = array();
	$hooks    = array();
	if ( ! is_reporting() || ! class_exists( '\\WC_Webhook' ) ) {
		return $states;
	}
	foreach ( TOPICS as $topic ) {
		$webhook = find_webhook( $topic, $settings );
		$wanted  = array(
			'name'         => 'Play It Green: ' . $topic,
			'status'       => 'active',
			'topic'        => $topic,
			'delivery_url' => $settings['address'],
			'secret'       => $settings['secret'],
			'user_id'      => owner( $settings['user'] ),
			'api_version'  => 'wp_api_v3',
		);
		$differs = array();
		foreach ( $wanted as $name => $value ) {
			// phpcs:ignore Universal.Operators.StrictComparisons.LooseNotEqual -- WooCommerce returns ids as text.
			if ( call_user_func( array( $webhook, 'get_' . $name ), 'edit' ) != $value ) {
				$differs[ $name ] = $value;
			}
		}
		$states[ $topic ] = 'made';
		if ( $webhook->get_id() ) {
			$states[ $topic ] = $differs ? 'repaired' : 'works';
			if ( ! $resumes && 'paused' === $webhook->get_status( 'edit' ) ) {
				unset( $differs['status'] );
				$states[ $topic ] = 'paused';
			}
		}
		if ( $differs ) {
			$webhook->set_props( $differs + array( 'failure_count' => 0 ) );
			$webhook->save();
		}
		if ( $webhook->get_id() ) {
			$hooks[ $topic ] = $webhook->get_id();
		} else {
			$states[ $topic ] = __( 'WooCommerce did not store it', 'play-it-green' );
		}
	}
	store_settings( array( 'hooks' => $hooks ) );
	if ( ! wp_next_scheduled( CARE ) ) {
		wp_schedule_event( time() + HOUR_IN_SECONDS, 'hourly', CARE );
	}
	return $states;
}

/**
 * The webhook of a topic: the one that was made before, one that the owner made by hand, or a new one.
 *
 * @param string $topic    The topic.
 * @param array  $settings The values of the connection.
 * @return \WC_Webhook
 */
function find_webhook( $topic, $settings ) {
	$webhook = wc_get_webhook( $settings['hooks'][ $topic ] ?? 0 );
	if ( $webhook ) {
		return $webhook;
	}
	foreach ( \WC_Data_Store::load( 'webhook' )->get_webhooks_ids() as $id ) {
		$webhook = wc_get_webhook( $id );
		if ( $webhook && $webhook->get_delivery_url( 'edit' ) === $settings['address'] && $webhook->get_topic( 'edit' ) === $topic ) {
			return $webhook;
		}
	}
	return new \WC_Webhook();
}

/**
 * The user as whom WooCommerce reads the orders: the administrator who connected the shop, or another one if that
 * account was deleted or lost its rights.
 *
 * @param int $user_id The administrator who connected it.
 * @return int
 */
function owner( $user_id ) {
	// phpcs:ignore WordPress.WP.Capabilities.Unknown -- WooCommerce's own capability.
	if ( user_can( $user_id, 'manage_woocommerce' ) ) {
		return (int) $user_id;
	}
	$others = get_users(
		array(
			'role'    => 'administrator',
			'orderby' => 'ID',
			'number'  => 1,
			'fields'  => 'ID',
		)
	);
	return (int) ( $others[0] ?? $user_id );
}

/** Repairs the webhooks after an account was deleted. */
function care_after_deleted_user() {
	care_for_webhooks();
}

/**
 * Reports in words what the webhooks' topics have now.
 *
 * @param array $states The states, by topic.
 */
function report_webhooks( $states ) {
	$failed = array_diff( $states, array( 'works', 'made', 'repaired', 'paused' ) );
	foreach ( $failed as $topic => $cause ) {
		/* translators: 1: the topic of a webhook, 2: the cause. */
		report( sprintf( __( 'The webhook %1$s does not work: %2$s. Press “Repair the webhooks”.', 'play-it-green' ), $topic, $cause ) );
	}
	if ( ! $failed && $states ) {
		/* translators: %s: the topics of webhooks. */
		report( sprintf( __( 'The webhooks report each order: %s.', 'play-it-green' ), implode( ', ', array_keys( $states ) ) ), 'success' );
	}
}

/**
 * Keeps our webhooks from delivering while the site has another address than the one that was connected.
 *
 * @param bool        $should_deliver Whether WooCommerce would deliver.
 * @param \WC_Webhook $webhook        The webhook.
 * @return bool
 */
function hold_back_copies( $should_deliver, $webhook ) {
	return $should_deliver && ! ( is_ours( $webhook ) && has_moved() );
}

/**
 * Ends the deliveries that waited in the queue when the site was copied: they ask no filter of WooCommerce.
 *
 * @param false|array|\WP_Error $response  The response, if there is one without a request.
 * @param array                 $arguments The request.
 * @param string                $address   Its address.
 * @return false|array|\WP_Error
 */
function hold_back_requests( $response, $arguments, $address ) {
	if ( false === $response && has_moved() && settings()['address'] === $address ) {
		return new \WP_Error( 'play_it_green_moved', __( 'The address of this site changed.', 'play-it-green' ) );
	}
	return $response;
}

/**
 * Whether a webhook delivers to the Worker.
 *
 * @param \WC_Webhook $webhook The webhook.
 * @return bool
 */
function is_ours( $webhook ) {
	return false !== strpos( $webhook->get_delivery_url( 'edit' ), WEBHOOK_PATH );
}

/**
 * Notes whether a delivery arrived.
 *
 * @param array           $request    The request.
 * @param array|\WP_Error $response   The response.
 * @param float           $duration   The seconds that it took.
 * @param mixed           $order_id   The order.
 * @param int             $webhook_id The webhook.
 */
function note_delivery( $request, $response, $duration, $order_id, $webhook_id ) {
	$topic = array_search( $webhook_id, settings()['hooks'], false ); // phpcs:ignore WordPress.PHP.StrictInArray.FoundNonStrictFalse -- Ids may be text.
	if ( false === $topic || ! is_scalar( $order_id ) ) {
		return;
	}
	$failed = failed_deliveries();
	$name   = $topic . ' ' . $order_id;
	$code   = (int) wp_remote_retrieve_response_code( $response );
	if ( $code >= 200 && $code < 300 ) {
		if ( ! isset( $failed[ $name ] ) ) {
			return;
		}
		unset( $failed[ $name ] );
	} else {
		$cause           = is_wp_error( $response ) ? $response->get_error_message() : (string) $code;
		$failed[ $name ] = array(
			'at'    => time(),
			'cause' => substr( sanitize_text_field( $cause ), 0, 200 ),
		);
	}
	update_option( FAILED, array_slice( $failed, -FAILED_MAX, null, true ), false );
}

/**
 * The deliveries that failed: topic and order, with the time and the cause.
 *
 * @return array
 */
function failed_deliveries() {
	$failed = get_option( FAILED );
	return is_array( $failed ) ? $failed : array();
}

/**
 * Notes that WooCommerce disabled one of our webhooks, and repairs it soon.
 *
 * @param int $webhook_id The webhook.
 */
function note_disabled( $webhook_id ) {
	// phpcs:ignore WordPress.PHP.StrictInArray.FoundNonStrictFalse -- Ids may be text.
	if ( ! in_array( $webhook_id, settings()['hooks'], false ) ) {
		return;
	}
	add_option( DISABLED_SINCE, time(), '', false );
	wp_schedule_single_event( time() + 5 * MINUTE_IN_SECONDS, CARE );
}

/** Repairs the webhooks, and sends again what did not arrive. */
function care() {
	care_for_webhooks( false !== get_option( DISABLED_SINCE ) );
	send_again();
}

/** Sends the failed deliveries again, and the orders that changed while a webhook was disabled. */
function send_again() {
	$hooks = settings()['hooks'];
	if ( ! is_reporting() || ! function_exists( 'WC' ) ) {
		return;
	}
	$deliveries = array_keys( failed_deliveries() );
	$since      = (int) get_option( DISABLED_SINCE );
	if ( $since > 0 ) {
		$changed = wc_get_orders(
			array(
				'date_modified' => '>=' . ( $since - HOUR_IN_SECONDS ),
				'limit'         => FAILED_MAX,
				'return'        => 'ids',
				'type'          => 'shop_order',
			)
		);
		foreach ( $changed as $order_id ) {
			$deliveries[] = 'order.updated ' . $order_id;
		}
		delete_option( DISABLED_SINCE );
	}
	foreach ( array_unique( $deliveries ) as $delivery ) {
		list( $topic, $order_id ) = explode( ' ', $delivery, 2 );
		if ( isset( $hooks[ $topic ] ) ) {
			$arguments = array(
				'webhook_id' => $hooks[ $topic ],
				'arg'        => (int) $order_id,
			);
			WC()->queue()->add( 'woocommerce_deliver_webhook_async', $arguments, 'woocommerce-webhooks' );
		}
	}
}

/** Repairs the webhooks by the button on the page. */
function care_by_form() {
	check_request( 'play_it_green_care' );
	report_webhooks( care_for_webhooks( true ) );
	send_again();
	return_to_page();
}

/** Pauses the webhooks of a plugin that was deactivated: without it, nobody expects sales to be reported. */
function pause_webhooks() {
	foreach ( settings()['hooks'] as $webhook_id ) {
		$webhook = function_exists( 'wc_get_webhook' ) ? wc_get_webhook( $webhook_id ) : null;
		if ( $webhook ) {
			$webhook->set_status( 'paused' );
			$webhook->save();
		}
	}
	if ( is_connected() ) {
		add_option( DISABLED_SINCE, time(), '', false );
	}
	wp_clear_scheduled_hook( CARE );
}

/** Lets the webhooks go on when the plugin is activated again. WooCommerce may not be loaded yet. */
function resume_webhooks() {
	if ( is_connected() ) {
		wp_schedule_single_event( time(), CARE );
	}
}

/** Deletes the webhooks. */
function delete_webhooks() {
	foreach ( settings()['hooks'] as $webhook_id ) {
		$webhook = function_exists( 'wc_get_webhook' ) ? wc_get_webhook( $webhook_id ) : null;
		if ( $webhook ) {
			$webhook->delete( true );
		}
	}
	delete_option( FAILED );
	delete_option( DISABLED_SINCE );
}
