/** The alerts of auth. The codes are stable: the rules that watch the log use them. */
export const FIRST_ADMIN_NOT_CREATED = 'first-admin-not-created';
