const apiVersion = /\/v\d{6,8}[a-z]*(?=:)/;

/** A type token without the API version that it may name (`azure-native:network/v20240101:NatGateway`). */
export function plainType(type: string): string {
    return type.replace(apiVersion, "");
}

/** The entry of a table of types, whatever API version the type names. */
export function entryOf<T>(table: Readonly<Record<string, T>>, type: string): T | undefined {
    const plain = plainType(type);
    return Object.hasOwn(table, plain) ? table[plain] : undefined;
}
