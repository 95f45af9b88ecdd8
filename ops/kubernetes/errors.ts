/** What the API server answered instead of doing what was asked. */
export class ApiError extends Error {
    constructor(
        asked: string,
        readonly status: number,
        /** The server's word for it, for example `NotFound`, `Conflict` or `Forbidden`. */
        readonly reason: string | undefined,
        message: string,
    ) {
        super(`${asked}: ${message === "" ? `HTTP status ${status}` : message}`);
        this.name = "ApiError";
    }
}

/** The API server did not answer, or its answer was cut: what was asked may have been done or not. */
export class ConnectionError extends Error {
    constructor(asked: string, detail: string, options?: ErrorOptions) {
        super(`${asked}: ${detail}`, options);
        this.name = "ConnectionError";
    }
}

/** Whether the API server refused with one of these HTTP statuses. */
export function hasStatus(error: unknown, ...statuses: readonly number[]): error is ApiError {
    return error instanceof ApiError && statuses.includes(error.status);
}

/** Whether there was no answer, or a failure of the server's own: what was asked may have been done or not. */
export function isUncertain(error: unknown): boolean {
    return error instanceof ConnectionError || (error instanceof ApiError && error.status >= 500);
}

/** What is asked for, or something else where the API server refuses with this HTTP status: 404 where there is no such object. */
export async function unless<T, E>(status: number, instead: E, asked: Promise<T>): Promise<T | E> {
    try {
        return await asked;
    } catch (error) {
        if (hasStatus(error, status)) {
            return instead;
        }
        throw error;
    }
}
