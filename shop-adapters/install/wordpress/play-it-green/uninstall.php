<?php
/**
 * Leaves nothing behind when the plugin is deleted.
 *
 * @package PlayItGreen
 */

namespace PlayItGreen;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/address.php';
require_once __DIR__ . '/connection.php';
require_once __DIR__ . '/deliveries.php';
require_once __DIR__ . '/settings.php';
require_once __DIR__ . '/webhook.php';

disconnect();
delete_option( CHOICES );
delete_option( MOVED );
