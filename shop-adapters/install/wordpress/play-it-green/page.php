<?php
/**
 * WooCommerce > Play It Green: connects the shop, and shows whether everything works.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'ABSPATH' ) || exit;

/** Adds the page to WooCommerce's menu. */
function add_page() {
	$title = __( 'Play It Green', 'play-it-green' );
	add_submenu_page( 'woocommerce', $title, $title, capability(), PAGE, __NAMESPACE__ . '\\show_page' );
}

/** Lets WordPress check and store the choices. */
function register_choices() {
	register_setting(
		CHOICES,
		CHOICES,
		array(
			'type'              => 'array',
			'sanitize_callback' => __NAMESPACE__ . '\\check_choices',
		)
	);
	add_filter( 'option_page_capability_' . CHOICES, __NAMESPACE__ . '\\capability' );
}

/**
 * The choices as they are stored.
 *
 * @param mixed $typed The form.
 * @return array
 */
function check_choices( $typed ) {
	return array( 'asks_buyer' => is_array( $typed ) && ! empty( $typed['asks_buyer'] ) );
}

/**
 * Adds a link to the page to the list of plugins.
 *
 * @param array $links The links of this plugin.
 * @return array
 */
function add_link( $links ) {
	$link = '<a href="' . esc_url( page_address() ) . '">' . esc_html__( 'Settings', 'play-it-green' ) . '</a>';
	array_unshift( $links, $link );
	return $links;
}

/** Shows the page. */
function show_page() {
	?>
	<div class="wrap">
		<h1><?php esc_html_e( 'Play It Green', 'play-it-green' ); ?></h1>
		<?php
		settings_errors();
		if ( is_connected() ) {
			show_state();
		}
		show_connection_form();
		show_choices();
		?>
	</div>
	<?php
}

/** Shows whether the connection works. */
function show_state() {
	$settings = settings();
	$failed   = failed_deliveries();
	/* translators: 1: the name of the shop, 2: an address. */
	$connected = __( 'This site reports the sales of “%1$s” to %2$s.', 'play-it-green' );
	?>
	<p><?php echo esc_html( has_moved() ? __( 'This site reports no sales, because its address changed.', 'play-it-green' ) : sprintf( $connected, $settings['name'], $settings['worker'] ) ); ?></p>
	<table class="widefat striped" style="max-width: 50em">
		<thead><tr><th><?php esc_html_e( 'Webhook', 'play-it-green' ); ?></th><th><?php esc_html_e( 'State', 'play-it-green' ); ?></th></tr></thead>
		<tbody>
		<?php foreach ( TOPICS as $topic ) : ?>
			<tr><td><code><?php echo esc_html( $topic ); ?></code></td><td><?php echo esc_html( state_of( $topic ) ); ?></td></tr>
		<?php endforeach; ?>
		</tbody>
	</table>
	<?php if ( $failed ) : ?>
		<p>
			<?php
			$last = end( $failed );
			/* translators: 1: a number, 2: the cause. */
			$text = _n( '%1$d delivery failed and is sent again every hour. The last cause: %2$s', '%1$d deliveries failed and are sent again every hour. The last cause: %2$s', count( $failed ), 'play-it-green' );
			echo esc_html( sprintf( $text, count( $failed ), $last['cause'] ) );
			?>
		</p>
	<?php endif; ?>
	<p>
		<a class="button" href="<?php echo esc_url( home_url( '/?playitgreen-check' ) ); ?>"><?php esc_html_e( 'Check a page of the shop', 'play-it-green' ); ?></a>
	</p>
	<?php
	show_button( 'play_it_green_care', __( 'Repair the webhooks', 'play-it-green' ) );
	show_button( 'play_it_green_disconnect', __( 'Disconnect this site', 'play-it-green' ) );
}

/**
 * The state of a webhook, in words.
 *
 * @param string $topic Its topic.
 * @return string
 */
function state_of( $topic ) {
	$webhook = wc_get_webhook( settings()['hooks'][ $topic ] ?? 0 );
	if ( ! $webhook ) {
		return __( 'It is missing. Press “Repair the webhooks”.', 'play-it-green' );
	}
	switch ( $webhook->get_status( 'edit' ) ) {
		case 'active':
			return __( 'It works.', 'play-it-green' );
		case 'paused':
			return __( 'It is paused. “Repair the webhooks” lets it go on.', 'play-it-green' );
		default:
			return __( 'WooCommerce disabled it after failed deliveries. It is repaired within an hour.', 'play-it-green' );
	}
}

/**
 * Shows a form with one button.
 *
 * @param string $action The name of the form.
 * @param string $label  The text of the button.
 */
function show_button( $action, $label ) {
	?>
	<form action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>" method="post" style="display: inline-block">
		<input type="hidden" name="action" value="<?php echo esc_attr( $action ); ?>">
		<?php wp_nonce_field( $action ); ?>
		<button class="button"><?php echo esc_html( $label ); ?></button>
	</form>
	<?php
}

/** Shows the field for the code. */
function show_connection_form() {
	?>
	<h2><?php echo esc_html( is_connected() ? __( 'Connect it again', 'play-it-green' ) : __( 'Connect the shop', 'play-it-green' ) ); ?></h2>
	<p><?php esc_html_e( 'In the settings of Play It Green, under First steps, make the code and copy it. It works once, for 15 minutes.', 'play-it-green' ); ?></p>
	<form action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>" method="post">
		<input type="hidden" name="action" value="play_it_green_connect">
		<?php wp_nonce_field( 'play_it_green_connect' ); ?>
		<p>
			<label for="play-it-green-code"><?php esc_html_e( 'Code', 'play-it-green' ); ?></label>
			<input class="large-text code" type="password" id="play-it-green-code" name="code" required autocomplete="off" spellcheck="false" placeholder="pig_code_…@https://…">
		</p>
		<?php if ( get_option( MOVED ) !== site() ) : ?>
			<p><label><input type="checkbox" name="moved" value="1"> <?php esc_html_e( 'The shop moved to this address', 'play-it-green' ); ?></label></p>
		<?php endif; ?>
		<?php submit_button( __( 'Connect', 'play-it-green' ) ); ?>
	</form>
	<?php
}

/** Shows the choices of the owner. */
function show_choices() {
	?>
	<h2><?php esc_html_e( 'Checkout', 'play-it-green' ); ?></h2>
	<form action="options.php" method="post">
		<?php settings_fields( CHOICES ); ?>
		<p>
			<label><input type="checkbox" name="<?php echo esc_attr( CHOICES ); ?>[asks_buyer]" value="1" <?php checked( asks_buyer() ); ?>>
			<?php esc_html_e( 'Ask buyers whether their order plants trees', 'play-it-green' ); ?></label>
		</p>
		<p class="description"><?php esc_html_e( 'Campaigns can then require that the buyer agreed.', 'play-it-green' ); ?></p>
		<?php submit_button(); ?>
	</form>
	<?php
}
