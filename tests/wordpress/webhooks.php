<?php
/**
 * WooCommerce's webhooks and its queue of deliveries, as far as the plugin uses them, and WordPress' users.
 */

/** The stored webhooks, by their ids. */
$webhooks = array();
/** The id of the last webhook that was stored. */
$last_id = 0;
/** The deliveries in the queue. */
$queued = array();
/** The ids of the administrators. */
$administrators = array( 1 );
/** The ids of the orders that changed. */
$changed = array();

class WP_Error {
	private $message;

	public function __construct( $message ) {
		$this->message = $message;
	}
	public function get_error_message() {
		return $this->message;
	}
}

function is_wp_error( $thing ) {
	return $thing instanceof WP_Error;
}
function wp_remote_retrieve_response_code( $response ) {
	return is_wp_error( $response ) ? '' : $response['status'];
}
function user_can( $user, $capability ) {
	return in_array( (int) $user, $GLOBALS['administrators'], true );
}
function get_users( $arguments ) {
	return array_slice( $GLOBALS['administrators'], 0, $arguments['number'] );
}

/** Has the getters and setters of WC_Webhook. */
class WC_Webhook {
	private $id    = 0;
	private $props = array( 'status' => 'disabled', 'failure_count' => 0 );

	public function __construct( $id = 0 ) {
		if ( isset( $GLOBALS['webhooks'][ $id ] ) ) {
			$this->id    = $id;
			$this->props = $GLOBALS['webhooks'][ $id ];
		}
	}
	public function get_id() {
		return $this->id;
	}
	public function __call( $name, $arguments ) {
		return $this->props[ substr( $name, 4 ) ] ?? '';
	}
	public function set_props( $props ) {
		$this->props = $props + $this->props;
	}
	public function set_status( $status ) {
		$this->props['status'] = $status;
	}
	public function save() {
		$this->id                         = $this->id ? $this->id : ++$GLOBALS['last_id'];
		$GLOBALS['webhooks'][ $this->id ] = $this->props;
	}
	public function delete() {
		unset( $GLOBALS['webhooks'][ $this->id ] );
	}
}

function wc_get_webhook( $id ) {
	return isset( $GLOBALS['webhooks'][ $id ] ) ? new WC_Webhook( $id ) : null;
}
/** Has the method of WC_Data_Store and of the store of webhooks. */
class WC_Data_Store {
	public static function load() {
		return new self();
	}
	public function get_webhooks_ids() {
		return array_keys( $GLOBALS['webhooks'] );
	}
}

function wc_get_orders( $arguments ) {
	return $GLOBALS['changed'];
}
function WC() {
	return new Queue_Of_Deliveries();
}

/** Has the methods of WooCommerce's queue. */
class Queue_Of_Deliveries {
	public function queue() {
		return $this;
	}
	public function add( $hook, $arguments ) {
		$GLOBALS['queued'][] = array( $hook, $arguments['webhook_id'], $arguments['arg'] );
	}
}
