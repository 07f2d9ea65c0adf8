/** The alerts of auth. The codes are stable: the rules that watch the log use them. */
export const API_KEY_EXPIRES = 'api-key-expires';
export const FIRST_ADMIN_NOT_CREATED = 'first-admin-not-created';
