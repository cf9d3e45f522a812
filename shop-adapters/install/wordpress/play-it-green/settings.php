<?php
/**
 * WooCommerce > Play It Green: the values that connect the shop.
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

const OPTION = 'play_it_green';

/** The fewest characters of a secret that nobody guesses. */
const SECRET_LENGTH_MIN = 16;

/**
 * The address of the Worker, the publishable key and the secret of the shop's webhooks; empty if they are not set.
 *
 * @return array
 */
function settings() {
	$stored = get_option( OPTION );
	return array_merge(
		array(
			'worker' => '',
			'key'    => '',
			'secret' => '',
		),
		is_array( $stored ) ? $stored : array()
	);
}

/** Adds the page to WooCommerce's menu. */
function add_settings_page() {
	$title = __( 'Play It Green', 'play-it-green' );
	add_submenu_page( 'woocommerce', $title, $title, capability(), 'play-it-green', __NAMESPACE__ . '\\show_settings' );
}

/** Lets WordPress check and store the form. */
function register_settings() {
	register_setting( OPTION, OPTION, array( 'sanitize_callback' => __NAMESPACE__ . '\\check_settings' ) );
	add_filter( 'option_page_capability_' . OPTION, __NAMESPACE__ . '\\capability' );
}

/**
 * Who may see and store the form. It decides which scripts run in the shop, so a shop manager may not.
 *
 * @return string
 */
function capability() {
	return 'manage_options';
}

/**
 * What is stored of the form; a value that cannot work is refused, and the one before is kept.
 *
 * @param mixed $typed What was typed.
 * @return array
 */
function check_settings( $typed ) {
	$settings = settings();
	$typed    = is_array( $typed ) ? $typed : array();
	$worker   = untrailingslashit( trim( (string) ( $typed['worker'] ?? '' ) ) );
	$key      = trim( (string) ( $typed['key'] ?? '' ) );
	if ( '' === $worker || preg_match( '#^https://[^/?\#\s"<>]+$#', $worker ) ) {
		$settings['worker'] = $worker;
	} else {
		add_settings_error( OPTION, 'worker', __( 'The address starts with https:// and has no path: https://trees.example.com', 'play-it-green' ) );
	}
	if ( 0 === strpos( $key, 'pig_sk_' ) ) {
		add_settings_error( OPTION, 'key', __( 'This is a secret key, which everybody could read in your pages. Paste the publishable key: it starts with pig_pk_. Then revoke this one if anybody may have seen it.', 'play-it-green' ) );
	} elseif ( '' === $key || preg_match( '/^pig_pk_(live|test)_[0-9a-f]+$/', $key ) ) {
		$settings['key'] = $key;
	} else {
		add_settings_error( OPTION, 'key', __( 'This is no publishable key: it starts with pig_pk_. Copy it again from Settings > API Payments.', 'play-it-green' ) );
	}
	$secret = trim( (string) ( $typed['secret'] ?? '' ) );
	if ( '' === $secret || strlen( $secret ) >= SECRET_LENGTH_MIN ) {
		$settings['secret'] = $secret;
	} else {
		add_settings_error( OPTION, 'secret', __( 'The secret is too short. Paste the whole secret of the webhook, or leave the field empty.', 'play-it-green' ) );
	}
	return $settings;
}

/** Shows the form. */
function show_settings() {
	$settings = settings();
	?>
	<div class="wrap">
		<h1><?php esc_html_e( 'Play It Green', 'play-it-green' ); ?></h1>
		<p><?php esc_html_e( 'Each sale that meets your conditions orders trees. Both values are shown under Settings > API Payments when you make a publishable key.', 'play-it-green' ); ?></p>
		<?php settings_errors( OPTION ); ?>
		<form action="options.php" method="post">
			<?php settings_fields( OPTION ); ?>
			<table class="form-table" role="presentation">
				<tr>
					<th scope="row"><label for="play-it-green-worker"><?php esc_html_e( 'Address', 'play-it-green' ); ?></label></th>
					<td><input class="regular-text" type="url" id="play-it-green-worker" name="<?php echo esc_attr( OPTION ); ?>[worker]" value="<?php echo esc_attr( $settings['worker'] ); ?>" placeholder="https://trees.example.com"></td>
				</tr>
				<tr>
					<th scope="row"><label for="play-it-green-key"><?php esc_html_e( 'Publishable key', 'play-it-green' ); ?></label></th>
					<td><input class="regular-text code" type="text" id="play-it-green-key" name="<?php echo esc_attr( OPTION ); ?>[key]" value="<?php echo esc_attr( $settings['key'] ); ?>" placeholder="pig_pk_live_…" autocomplete="off" spellcheck="false"></td>
				</tr>
				<tr>
					<th scope="row"><label for="play-it-green-secret"><?php esc_html_e( 'Secret of the webhook', 'play-it-green' ); ?></label></th>
					<td><input class="regular-text code" type="password" id="play-it-green-secret" name="<?php echo esc_attr( OPTION ); ?>[secret]" value="<?php echo esc_attr( $settings['secret'] ); ?>" autocomplete="off" spellcheck="false">
					<p class="description"><?php esc_html_e( 'Optional. With it, each sale is signed on the order-received page and counts as confirmed by your shop. It is the secret of the webhook under WooCommerce > Settings > Advanced > Webhooks.', 'play-it-green' ); ?></p></td>
				</tr>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}
