<?php
/**
 * Prints the settings that the plugin stores from a form, and its messages. Arguments: the plugin's folder. The form
 * comes as JSON on standard input.
 */

require __DIR__ . '/wordpress.php';
require $argv[1] . '/settings.php';

$options = array(
	'play_it_green' => array(
		'worker' => 'https://before.example.com',
		'key'    => 'pig_pk_live_0123',
	),
);
$stored  = PlayItGreen\check_settings( json_decode( stream_get_contents( STDIN ), true ) );
PlayItGreen\add_settings_page();
PlayItGreen\register_settings();
foreach ( $hooks as $hook => $callbacks ) {
	if ( 0 === strpos( $hook, 'option_page_capability_' ) ) {
		$capabilities[] = call_user_func( $callbacks[0] );
	}
}
echo json_encode( compact( 'stored', 'errors', 'capabilities' ) );
