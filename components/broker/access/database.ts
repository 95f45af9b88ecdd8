import type * as pulumi from "@pulumi/pulumi";
import { authFolder, type TlsFiles, tlsFileNames } from "./files";
import type { ConfSetting } from "../config/conf";

/**
 * Databases that VerneMQ can ask. `mysql` is its plugin `mysql2`, which also serves MariaDB: the older one knows no TLS and no
 * caching_sha2_password, MySQL's default. There is a driver for memcached too, but no script that would use it.
 * https://github.com/vernemq/vernemq/tree/2.1.2/apps/vmq_diversity/priv/auth
 */
export const databaseKinds = ["postgres", "mysql", "cockroachdb", "mongodb", "redis"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** Ways in which passwords are kept in a database, as VerneMQ's schema names them. */
export const passwordHashes = ["bcrypt", "crypt", "sha256", "sha1", "md5", "password"] as const;
export type PasswordHash = (typeof passwordHashes)[number];

/** A database that says who may connect and what they may do. VerneMQ's own script for it reads one table, collection or key per client. */
export interface DatabaseAuthentication {
    readonly kind: DatabaseKind;
    readonly host: string;
    /** TCP port. */
    readonly port: number;
    /** Name of the database; with Redis its number, 0 to 15 by default. */
    readonly name: string | number;
    readonly user?: string;
    readonly password?: pulumi.Input<string>;
    readonly passwordHash: PasswordHash;
    /** Connections of each broker. */
    readonly poolSize: number;
    /** MongoDB's database with the login. Default: admin. */
    readonly authSource?: string;
    /** Undefined: plain. */
    readonly tls?: TlsFiles;
}

/** What VerneMQ's plugin for a database knows. */
interface DatabasePlugin {
    /** Part of the names of its keys, `vmq_diversity.auth_NAME.enabled` and `vmq_diversity.NAME.host`. */
    readonly plugin: string;
    readonly defaultPort: number;
    readonly userKey: "user" | "login";
    /** Hashes that it knows; the first is its default. Where it is the only one, there is no key for it. */
    readonly hashes: readonly [PasswordHash, ...PasswordHash[]];
    readonly tls: boolean;
    /** The driver checks that the certificate is for the host. */
    readonly checksHostName: boolean;
    /** Without name, user and password there is no connection. */
    readonly needsLogin: boolean;
}

/** https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_diversity/priv/vmq_diversity.schema */
export const databasePlugins: Readonly<Record<DatabaseKind, DatabasePlugin>> = {
    postgres: {
        plugin: "postgres",
        defaultPort: 5432,
        userKey: "user",
        hashes: ["crypt", "bcrypt"],
        tls: true,
        checksHostName: true,
        needsLogin: true,
    },
    mysql: {
        plugin: "mysql2",
        defaultPort: 3306,
        userKey: "user",
        hashes: ["sha256", "sha1", "md5", "password"],
        tls: true,
        checksHostName: true,
        needsLogin: true,
    },
    cockroachdb: {
        plugin: "cockroachdb",
        // VerneMQ's own default, 5432, is PostgreSQL's: https://www.cockroachlabs.com/docs/stable/cockroach-start#networking
        defaultPort: 26_257,
        userKey: "user",
        hashes: ["bcrypt", "sha256"],
        tls: true,
        checksHostName: true,
        needsLogin: true,
    },
    mongodb: {
        plugin: "mongodb",
        defaultPort: 27_017,
        userKey: "login",
        hashes: ["bcrypt"],
        tls: true,
        // VerneMQ hands the server's name over as an atom, and the one atom that Erlang takes there is `disable`, which also ends the
        // check of the name. Read in the source, not tried.
        // https://github.com/vernemq/vernemq/blob/2.1.2/apps/vmq_diversity/src/vmq_diversity_mongo.erl (SNI)
        // https://github.com/erlang/otp/blob/OTP-27.0/lib/ssl/src/ssl.erl (opt_sni)
        // https://www.erlang.org/doc/apps/ssl/ssl.html (server_name_indication)
        checksHostName: false,
        needsLogin: false,
    },
    redis: {
        plugin: "redis",
        defaultPort: 6379,
        userKey: "user",
        hashes: ["bcrypt"],
        tls: false,
        checksHostName: false,
        needsLogin: false,
    },
};

/** Key of vernemq.conf for the login's password. */
export function databasePasswordKey(kind: DatabaseKind): string {
    return `vmq_diversity.${databasePlugins[kind].plugin}.password`;
}

/** The keys of vernemq.conf for a database, without the password. */
export function databaseConf(database: DatabaseAuthentication): Record<string, ConfSetting> {
    const { plugin, userKey, hashes, tls: knowsTls } = databasePlugins[database.kind];
    const keys: Record<string, ConfSetting | undefined> = {
        host: database.host,
        port: database.port,
        database: database.name,
        pool_size: database.poolSize,
        [userKey]: database.user,
        auth_source: database.authSource,
        password_hash_method: hashes.length > 1 ? database.passwordHash : undefined,
        ...(knowsTls ? tlsConf(database) : {}),
    };
    return {
        "plugins.vmq_diversity": true,
        [`vmq_diversity.auth_${plugin}.enabled`]: true,
        ...Object.fromEntries(
            Object.entries(keys).flatMap(([key, value]) =>
                value === undefined ? [] : [[`vmq_diversity.${plugin}.${key}`, value] as const],
            ),
        ),
    };
}

function tlsConf({ kind, tls }: DatabaseAuthentication): Record<string, ConfSetting | undefined> {
    if (tls === undefined) {
        return { ssl: false };
    }
    const names = tlsFileNames("database");
    return {
        ssl: true,
        "ssl.verify": "verify_peer",
        // Both at once would be the system's authorities alone: Erlang takes no `cacertfile` beside `cacerts`.
        // https://github.com/erlang/otp/blob/OTP-27.0/lib/ssl/src/ssl.erl (opt_cacerts)
        "ssl.use_system_cas": tls.ca === undefined,
        "ssl.sni": databasePlugins[kind].checksHostName ? undefined : "disable",
        cafile: tls.ca === undefined ? undefined : `${authFolder}/${names.ca}`,
        certfile: tls.clientCertificate === undefined ? undefined : `${authFolder}/${names.certificate}`,
        keyfile: tls.clientCertificate === undefined ? undefined : `${authFolder}/${names.key}`,
    };
}
