/** What the API server answered instead of doing what was asked. */
export class ApiError extends Error {
    /** HTTP status. */
    readonly status: number;
    /** The server's word for it, for example `NotFound`, `Conflict` or `Forbidden`. */
    readonly reason: string | undefined;

    constructor(asked: string, status: number, reason: string | undefined, message: string) {
        super(`${asked}: ${message === "" ? `HTTP status ${status}` : message}`);
        this.name = "ApiError";
        this.status = status;
        this.reason = reason;
    }
}

/** The API server did not answer, or its answer was cut: what was asked may have been done or not. */
export class ConnectionError extends Error {
    constructor(asked: string, detail: string, options?: ErrorOptions) {
        super(`${asked}: ${detail}`, options);
        this.name = "ConnectionError";
    }
}

/** Whether the API server says that there is no such object. */
export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.status === 404;
}
