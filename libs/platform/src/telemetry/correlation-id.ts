/** Where the context of a request, a message or a run of a schedule keeps its id: it stands in log lines, events and audit entries. */
export const CORRELATION_ID = Symbol('platform.correlation-id');
