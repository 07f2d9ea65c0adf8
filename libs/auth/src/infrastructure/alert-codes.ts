/** The alerts of the auth context. */
export const FIRST_ADMIN_NOT_CREATED = 'first-admin-not-created';
