<?php
/**
 * The functions of WordPress and WooCommerce that the plugin calls, based on an order as WooCommerce's REST API prints
 * it. WooCommerce itself is in no package registry, so these functions replace it. Each does what its namesake
 * documents.
 */

define( 'ABSPATH', __DIR__ );

$options = array();
$errors  = array();
$hooks   = array();

function add_action( $hook, $callback ) {
	$GLOBALS['hooks'][ $hook ][] = $callback;
}
function add_filter( $hook, $callback, $priority = 10, $arguments = 1 ) {
	$GLOBALS['hooks'][ $hook ][] = $callback;
}
function do_action( $hook, ...$arguments ) {
	foreach ( $GLOBALS['hooks'][ $hook ] ?? array() as $callback ) {
		$callback( ...$arguments );
	}
}
$capabilities = array();

function add_submenu_page( $parent, $title, $menu, $capability ) {
	$GLOBALS['capabilities'][] = $capability;
}
function register_setting() {
}
function get_option( $name ) {
	return $GLOBALS['options'][ $name ] ?? false;
}
function add_settings_error( $setting, $code, $message ) {
	$GLOBALS['errors'][] = $message;
}
function __( $text, $domain ) {
	return $text;
}
function untrailingslashit( $text ) {
	return rtrim( $text, '/\\' );
}
function wp_json_encode( $value, $flags = 0 ) {
	return json_encode( $value, $flags );
}
function attributes( $attributes ) {
	$text = '';
	foreach ( $attributes as $name => $value ) {
		$text .= true === $value ? " $name" : " $name=\"" . htmlspecialchars( $value ) . '"';
	}
	return $text;
}
function wp_print_inline_script_tag( $content, $attributes ) {
	echo '<script' . attributes( $attributes ) . ">\n$content\n</script>\n";
}
function wp_print_script_tag( $attributes ) {
	echo '<script' . attributes( $attributes ) . "></script>\n";
}
function wc_format_decimal( $number ) {
	return (string) $number;
}
function wc_string_to_bool( $text ) {
	return in_array( strtolower( (string) $text ), array( 'yes', 'true', '1' ), true );
}
function wc_get_product_terms( $product, $taxonomy, $arguments ) {
	return array( 'mugs' );
}
function wc_get_order( $id ) {
	$order = $GLOBALS['order'];
	return $order['id'] === $id ? new Order_Of_Rest( $order ) : false;
}
function sanitize_text_field( $text ) {
	return trim( strip_tags( $text ) );
}
function wp_unslash( $text ) {
	return stripslashes( $text );
}
function absint( $number ) {
	return abs( (int) $number );
}
function is_order_received_page() {
	return isset( $_GET['order-received'] );
}
function get_query_var( $name ) {
	return $_GET[ $name ] ?? '';
}

/** Has the getters of WC_Order. */
class Order_Of_Rest {
	private $order;

	public function __construct( $order ) {
		$this->order = $order;
	}
	public function get_id() {
		return $this->order['id'];
	}
	public function get_order_key() {
		return $this->order['order_key'];
	}
	public function get_status() {
		return $this->order['status'];
	}
	public function get_currency() {
		return $this->order['currency'];
	}
	public function get_total() {
		return $this->order['total'];
	}
	public function get_total_refunded() {
		return -array_sum( array_column( $this->order['refunds'], 'total' ) );
	}
	public function get_coupon_codes() {
		return array_column( $this->order['coupon_lines'], 'code' );
	}
	public function get_meta( $name ) {
		$values = array_column( $this->order['meta_data'], 'value', 'key' );
		return $values[ $name ] ?? '';
	}
	public function get_date_created() {
		return $this->date( 'date_created_gmt' );
	}
	public function get_date_modified() {
		return $this->date( 'date_modified_gmt' );
	}
	public function get_date_paid() {
		return $this->date( 'date_paid_gmt' );
	}
	public function get_items() {
		$items = array();
		foreach ( $this->order['line_items'] as $item ) {
			$items[ $item['id'] ] = new Item_Of_Rest( $item );
		}
		return $items;
	}
	/**
	 * Returns the returned units as a negative number. The REST API does not report them; tests write them beside the
	 * quantity.
	 */
	public function get_qty_refunded_for_item( $item ) {
		$items = array_column( $this->order['line_items'], null, 'id' );
		return -( $items[ $item ]['test_returned'] ?? 0 );
	}
	public function get_payment_method() {
		return $this->order['payment_method'];
	}
	public function get_fees() {
		$fees = array();
		foreach ( $this->order['fee_lines'] as $fee ) {
			$fees[] = new Item_Of_Rest( $fee );
		}
		return $fees;
	}
	private function date( $name ) {
		return empty( $this->order[ $name ] ) ? null : new DateTime( $this->order[ $name ], new DateTimeZone( 'UTC' ) );
	}
}

/** Has the getters of WC_Order_Item_Product and of its product. */
class Item_Of_Rest {
	private $item;

	public function __construct( $item ) {
		$this->item = $item;
	}
	public function get_product() {
		return empty( $this->item['sku'] ) ? false : $this;
	}
	public function get_sku() {
		return $this->item['sku'];
	}
	public function get_product_id() {
		return $this->item['product_id'];
	}
	public function get_variation_id() {
		return $this->item['variation_id'];
	}
	public function get_name() {
		return $this->item['name'];
	}
	public function get_quantity() {
		return $this->item['quantity'];
	}
	public function get_total() {
		return $this->item['total'];
	}
	public function get_meta( $name ) {
		$values = array_column( $this->item['meta_data'], 'value', 'key' );
		return $values[ $name ] ?? '';
	}
}
