type PrepareStackTrace = NonNullable<typeof Error.prepareStackTrace>;

export function withoutPromises(prepareStackTrace: PrepareStackTrace): PrepareStackTrace;
