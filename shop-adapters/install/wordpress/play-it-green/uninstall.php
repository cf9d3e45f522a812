<?php
/**
 * Leaves nothing behind when the plugin is deleted.
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'play_it_green' );
