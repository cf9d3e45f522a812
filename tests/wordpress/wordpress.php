<?php
/**
 * The functions of WordPress and WooCommerce that the plugin calls, based on an order as WooCommerce's REST API prints
 * it. WooCommerce itself is in no package registry, so these functions replace it. Each does what its namesake
 * documents.
 */

define( 'ABSPATH', __DIR__ );
define( 'HOUR_IN_SECONDS', 3600 );
define( 'MINUTE_IN_SECONDS', 60 );

$options   = array();
$errors    = array();
$hooks     = array();
$scheduled = array();
$user      = 1;

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
function apply_filters( $hook, $value, ...$arguments ) {
	foreach ( $GLOBALS['hooks'][ $hook ] ?? array() as $callback ) {
		$value = is_string( $callback ) && '__return_true' === $callback ? true : $callback( $value, ...$arguments );
	}
	return $value;
}
function register_activation_hook( $file, $callback ) {
	add_action( 'activate', $callback );
}
function register_deactivation_hook( $file, $callback ) {
	add_action( 'deactivate', $callback );
}
function plugin_basename( $file ) {
	return 'play-it-green/' . basename( $file );
}
function plugins_url( $path ) {
	return 'https://mugs.example.com/wp-content/plugins/play-it-green/' . $path;
}
function get_option( $name ) {
	return $GLOBALS['options'][ $name ] ?? false;
}
function update_option( $name, $value ) {
	$GLOBALS['options'][ $name ] = $value;
}
function add_option( $name, $value ) {
	$GLOBALS['options'] += array( $name => $value );
}
function delete_option( $name ) {
	unset( $GLOBALS['options'][ $name ] );
}
function add_settings_error( $setting, $code, $message, $type = 'error' ) {
	$GLOBALS['errors'][] = array( $type, $message );
}
function get_settings_errors() {
	return $GLOBALS['errors'];
}
function __( $text, $domain ) {
	return $text;
}
function wp_parse_url( $url ) {
	return parse_url( $url );
}
function esc_attr( $text ) {
	return htmlspecialchars( $text );
}
function wp_json_encode( $value, $flags = 0 ) {
	return json_encode( $value, $flags );
}
function wp_enqueue_script( $name, $address, $needs, $version, $how ) {
	echo '<script' . attributes( array( $how['strategy'] => true, 'src' => "$address?ver=$version" ) ) . "></script>\n";
}
function add_query_arg( $name, $value, $address ) {
	return "$address?$name=$value";
}
function wp_next_scheduled( $hook ) {
	return in_array( $hook, $GLOBALS['scheduled'], true );
}
function wp_schedule_event( $time, $interval, $hook ) {
	$GLOBALS['scheduled'][] = $hook;
}
function wp_schedule_single_event( $time, $hook ) {
	$GLOBALS['scheduled'][] = $hook;
}
function wp_clear_scheduled_hook( $hook ) {
	$GLOBALS['scheduled'] = array_values( array_diff( $GLOBALS['scheduled'], array( $hook ) ) );
}
function get_current_user_id() {
	return $GLOBALS['user'];
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
	return $GLOBALS['categories'] ?? array( 'mugs' );
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
function sanitize_key( $text ) {
	return preg_replace( '/[^a-z0-9_\-]/', '', strtolower( $text ) );
}
function is_order_received_page() {
	return isset( $_GET['order-received'] );
}
function get_query_var( $name ) {
	return $_GET[ $name ] ?? '';
}

/** The options of a shop that was connected as `https://mugs.example.com`. */
function connected_options() {
	return array(
		'home'          => 'https://mugs.example.com',
		'play_it_green' => array(
			'worker'  => 'https://trees.example.com',
			'key'     => 'pig_pk_live_0123',
			'secret'  => 'pigwh0123456789abcdef',
			'address' => 'https://trees.example.com/webhooks/woocommerce/shop_0123456789abcdef',
			'name'    => 'Mugs online',
			'site'    => 'https://mugs.example.com',
			'user'    => 1,
			'hooks'   => array(),
		),
	);
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
	public function get_customer_id() {
		return $this->order['customer_id'];
	}
	public function is_paid() {
		return in_array( $this->order['status'], array( 'processing', 'completed', 'paid-by-plugin' ), true );
	}
	public function set_date_modified( $time ) {
		$this->order['date_modified_gmt'] = gmdate( 'Y-m-d\TH:i:s', $time );
	}
	public function update_meta_data( $name, $value ) {
		$this->order['meta_data'][] = array( 'key' => $name, 'value' => $value );
		$GLOBALS['order']           = $this->order;
	}
	public function save() {
		$GLOBALS['order'] = $this->order;
		do_action( 'woocommerce_update_order', $this->order['id'] );
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
