/**
 * The keys of vernemq.conf that the broker of charts 2.1.1 and 2.1.2 knows, from the schema files of VerneMQ 2.1.1 (2.1.2 has the
 * same). `*` stands for one part of a name that the user chooses. Those that this program sets itself, and those that the image's
 * start script loses, are in conf.ts. A key that the schema does not have stops the broker at its start.
 */

/** `on` or `off`. */
const flags = words(`
    allow_anonymous allow_publish_during_netsplit allow_register_during_netsplit allow_subscribe_during_netsplit
    allow_unsubscribe_during_netsplit coordinate_registrations disconnect_on_unauthorized_publish_v3
    graphite_enabled graphite_include_labels log.console.rotation.compress_on_rotate
    log.crash log.crash.rotation.compress_on_rotate log.error log.error.rotation.compress_on_rotate log.sasl
    log.sasl.rotation.compress_on_rotate log.syslog logging.keepalive_as_warning override_max_online_messages
    plugins.* plugins.vmq_acl plugins.vmq_bridge plugins.vmq_diversity plugins.vmq_passwd plugins.vmq_webhooks
    suppress_lwt_on_session_takeover systree_enabled systree_retain upgrade_outgoing_qos
    vmq_bridge.ssl.*.cleansession vmq_bridge.ssl.*.insecure vmq_bridge.ssl.*.persistent_queue
    vmq_bridge.ssl.*.try_private vmq_bridge.tcp.*.cleansession vmq_bridge.tcp.*.persistent_queue
    vmq_bridge.tcp.*.try_private vmq_diversity.auth_cockroachdb.enabled vmq_diversity.auth_mongodb.enabled
    vmq_diversity.auth_mysql.enabled vmq_diversity.auth_mysql2.enabled vmq_diversity.auth_postgres.enabled
    vmq_diversity.auth_redis.enabled vmq_diversity.cockroachdb.ssl vmq_diversity.cockroachdb.ssl.use_system_cas
    vmq_diversity.keep_state vmq_diversity.mongodb.ssl vmq_diversity.mongodb.ssl.use_system_cas
    vmq_diversity.mysql2.ssl vmq_diversity.mysql2.ssl.use_system_cas vmq_diversity.postgres.ssl
    vmq_diversity.postgres.ssl.use_system_cas vmq_swc.enable_broadcast vmq_swc.periodic_gc
    vmq_swc.prevent_nonempty_join vmq_web_ui.file_access.allow_read vmq_web_ui.file_access.allow_write
    vmq_webhooks.*.base64encode vmq_webhooks.*.no_payload vmq_webhooks.use_crls vmq_webhooks.verify_peer
`);

/** Whole numbers. */
const integers = words(`
    crl_refresh_interval expire_retain_cache graphite_connect_timeout graphite_interval graphite_port
    graphite_reconnect_timeout listener.max_connection_lifetime listener.tcp.max_connection_lifetime
    listener.ws.max_connection_lifetime log.console.rotation.keep log.crash.rotation.keep log.error.rotation.keep
    log.sasl.rotation.keep max_apikey_expiry_days max_client_id_size max_drain_time max_inflight_messages
    max_message_rate max_message_size max_msgs_per_drain_step max_offline_messages max_online_messages
    min_apikey_length mqtt_connect_timeout outgoing_clustering_buffer_size plugins.*.priority
    plumtree.drop_i_have_threshold plumtree.outstanding_limit queue_sup_sup_children receive_max_broker
    receive_max_client retry_interval systree_interval systree_qos topic_alias_max_broker topic_alias_max_client
    topic_max_depth vmq_acl.acl_reload_interval vmq_bcrypt.default_log_rounds vmq_bcrypt.nif_pool_max_overflow
    vmq_bridge.ssl.*.depth vmq_bridge.ssl.*.keepalive_interval vmq_bridge.ssl.*.max_outgoing_buffered_messages
    vmq_bridge.ssl.*.outgoing_batch_size vmq_bridge.ssl.*.restart_timeout vmq_bridge.tcp.*.keepalive_interval
    vmq_bridge.tcp.*.max_outgoing_buffered_messages vmq_bridge.tcp.*.outgoing_batch_size
    vmq_bridge.tcp.*.restart_timeout vmq_diversity.cockroachdb.pool_size vmq_diversity.cockroachdb.port
    vmq_diversity.cockroachdb.ssl.depth vmq_diversity.memcache.port vmq_diversity.mongodb.pool_size
    vmq_diversity.mongodb.port vmq_diversity.mongodb.ssl.depth vmq_diversity.mysql.pool_size
    vmq_diversity.mysql.port vmq_diversity.mysql2.pool_size vmq_diversity.mysql2.port vmq_diversity.mysql2.ssl.depth
    vmq_diversity.nr_lua_states vmq_diversity.postgres.pool_size vmq_diversity.postgres.port
    vmq_diversity.postgres.ssl.depth vmq_diversity.redis.database vmq_diversity.redis.pool_size
    vmq_diversity.redis.port vmq_generic_msg_store.nr_of_buckets vmq_passwd.password_reload_interval
    vmq_swc.exchange_batch_size vmq_swc.gc_interval vmq_swc.swc_groups vmq_swc.sync_interval
    vmq_swc.sync_interval.leeway vmq_swc.sync_timeout vmq_webhooks.*.response_timeout vmq_webhooks.depth
    vmq_webhooks.pool_max_connections vmq_webhooks.pool_timeout
`);

/** Texts, names, files, durations and sizes. */
const others = words(`
    default_reg_view graphite_api_key graphite_host graphite_prefix http_module.*.auth.mode
    http_module.vmq_http_mgmt_api.auth.mode http_module.vmq_http_pub.auth.mode http_module.vmq_http_v2_api.auth.mode
    http_modules listener.mountpoint listener.tcp.allowed_protocol_versions listener.tcp.buffer_sizes
    listener.ws.allowed_protocol_versions log.console
    log.console.console.format log.console.file log.console.file.format log.console.level log.console.rotation.size
    log.crash.file log.crash.rotation.size log.error.file log.error.file.format log.error.rotation.size log.level
    log.sasl.file log.sasl.rotation.size log.syslog.level log.template logging.obfuscation_secret
    max_last_will_delay max_ws_frame_size message_store_plugin metadata_plugin outgoing_connect_options
    persistent_client_expiration plugins.*.path plumtree.directory prometheus_namespace queue_deliver_mode
    queue_type reg_views remote_enqueue_timeout setup.data_dir setup.log_dir shared_subscription_policy
    shared_subscription_timeout_action subscriber_retain_mode systree_mountpoint systree_reg_view tcp_listen_options
    vmq_acl.acl_file vmq_bcrypt.mechanism vmq_bcrypt.nif_pool_size vmq_bcrypt.pool_size vmq_bridge.clique_lead_line
    vmq_bridge.ssl.* vmq_bridge.ssl.*.cafile vmq_bridge.ssl.*.capath vmq_bridge.ssl.*.certfile
    vmq_bridge.ssl.*.client_id vmq_bridge.ssl.*.customize_hostname_check vmq_bridge.ssl.*.identity
    vmq_bridge.ssl.*.inet_version vmq_bridge.ssl.*.keyfile vmq_bridge.ssl.*.mountpoint vmq_bridge.ssl.*.mqtt_version
    vmq_bridge.ssl.*.password vmq_bridge.ssl.*.psk vmq_bridge.ssl.*.pubrel_queue_ratio vmq_bridge.ssl.*.queue_dir
    vmq_bridge.ssl.*.segment_size vmq_bridge.ssl.*.sni vmq_bridge.ssl.*.tls_version vmq_bridge.ssl.*.topic.*
    vmq_bridge.ssl.*.username vmq_bridge.tcp.* vmq_bridge.tcp.*.client_id vmq_bridge.tcp.*.inet_version
    vmq_bridge.tcp.*.mountpoint vmq_bridge.tcp.*.mqtt_version vmq_bridge.tcp.*.password
    vmq_bridge.tcp.*.pubrel_queue_ratio vmq_bridge.tcp.*.queue_dir vmq_bridge.tcp.*.segment_size
    vmq_bridge.tcp.*.topic.* vmq_bridge.tcp.*.username vmq_diversity.*.file vmq_diversity.auth_cockroachdb.script
    vmq_diversity.auth_mongodb.script vmq_diversity.auth_mysql.script vmq_diversity.auth_mysql2.script
    vmq_diversity.auth_postgres.script vmq_diversity.auth_redis.script vmq_diversity.clique_lead_line
    vmq_diversity.cockroachdb.cafile vmq_diversity.cockroachdb.certfile vmq_diversity.cockroachdb.database
    vmq_diversity.cockroachdb.host vmq_diversity.cockroachdb.keyfile vmq_diversity.cockroachdb.password
    vmq_diversity.cockroachdb.password_hash_method vmq_diversity.cockroachdb.ssl.customize_hostname_check
    vmq_diversity.cockroachdb.ssl.verify vmq_diversity.cockroachdb.user vmq_diversity.memcache.host
    vmq_diversity.mongodb.auth_source vmq_diversity.mongodb.cafile vmq_diversity.mongodb.certfile
    vmq_diversity.mongodb.database vmq_diversity.mongodb.host vmq_diversity.mongodb.keyfile
    vmq_diversity.mongodb.login vmq_diversity.mongodb.password vmq_diversity.mongodb.read_preference
    vmq_diversity.mongodb.srv vmq_diversity.mongodb.ssl.customize_hostname_check vmq_diversity.mongodb.ssl.sni
    vmq_diversity.mongodb.ssl.verify vmq_diversity.mongodb.w_mode vmq_diversity.mysql.database
    vmq_diversity.mysql.host vmq_diversity.mysql.password vmq_diversity.mysql.password_hash_method
    vmq_diversity.mysql.user vmq_diversity.mysql2.cafile vmq_diversity.mysql2.certfile vmq_diversity.mysql2.database
    vmq_diversity.mysql2.host vmq_diversity.mysql2.keyfile vmq_diversity.mysql2.password
    vmq_diversity.mysql2.password_hash_method vmq_diversity.mysql2.ssl.customize_hostname_check
    vmq_diversity.mysql2.ssl.verify vmq_diversity.mysql2.user vmq_diversity.postgres.cafile
    vmq_diversity.postgres.certfile vmq_diversity.postgres.database vmq_diversity.postgres.host
    vmq_diversity.postgres.keyfile vmq_diversity.postgres.password vmq_diversity.postgres.password_hash_method
    vmq_diversity.postgres.ssl.customize_hostname_check vmq_diversity.postgres.ssl.verify
    vmq_diversity.postgres.user vmq_diversity.redis.host vmq_diversity.redis.password vmq_diversity.redis.user
    vmq_diversity.script_dir vmq_generic_msg_store.db_backend vmq_generic_msg_store.store_dir
    vmq_http_pub.mountpoint vmq_http_pub.mqtt_auth.auth_plugin vmq_http_pub.mqtt_auth.client_id
    vmq_http_pub.mqtt_auth.mode vmq_http_pub.mqtt_auth.password vmq_http_pub.mqtt_auth.user vmq_passwd.password_file
    vmq_swc.db_backend vmq_swc.directory vmq_swc.dkm_directory vmq_web_ui.admin.auth vmq_web_ui.admin.user_name
    vmq_web_ui.admin.user_pwd vmq_web_ui.mgmt_api.key vmq_web_ui.mgmt_api.port vmq_web_ui.mgmt_api.scheme
    vmq_webhooks.*.endpoint vmq_webhooks.*.hook vmq_webhooks.cafile vmq_webhooks.certfile
    vmq_webhooks.clique_lead_line vmq_webhooks.keyfile vmq_webhooks.keyfile_password vmq_webhooks.tls_version
`);

/** Keys of the libraries that VerneMQ is built on, whose schemas are theirs: taken as they are. */
const libraryPrefixes = ["erlang.", "leveldb.", "riak_sysmon.", "vmq_pulse."] as const;

export type ConfKind = "flag" | "integer" | "other";

const kinds: readonly (readonly [ConfKind, readonly string[]])[] = [
    ["flag", flags],
    ["integer", integers],
    ["other", others],
];

/** What kind of value a key takes; undefined where the broker does not know the key. An exact name goes before one with `*`. */
export function confKind(key: string): ConfKind | undefined {
    for (const matches of [(known: string) => known === key, (known: string) => matchesPattern(key, known)]) {
        const found = kinds.find(([, keys]) => keys.some(matches));
        if (found !== undefined) {
            return found[0];
        }
    }
    return libraryPrefixes.some((prefix) => key.startsWith(prefix)) ? "other" : undefined;
}

/** Every known key, for a suggestion. */
export const knownConfKeys: readonly string[] = [...flags, ...integers, ...others].sort();

function matchesPattern(key: string, pattern: string): boolean {
    const parts = key.split(".");
    const known = pattern.split(".");
    return parts.length === known.length && known.every((part, index) => part === "*" || part === parts[index]);
}

function words(text: string): string[] {
    return text.trim().split(/\s+/);
}
