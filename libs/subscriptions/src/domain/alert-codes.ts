/** The alerts of subscriptions. The codes are stable: the rules that watch the log use them. */
export const WEBHOOK_ENDPOINT_DISABLED = 'webhook-endpoint-disabled';
export const WEBHOOK_EVENTS_MISSED = 'webhook-events-missed';
export const WEBHOOK_SECRET_UNREADABLE = 'webhook-secret-unreadable';
