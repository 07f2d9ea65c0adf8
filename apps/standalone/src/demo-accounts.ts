/** The accounts of `make start`. Everybody may know them. */
export const DEMO_ADMIN = { email: 'admin@example.com', password: 'demo-admin-pass' };
export const DEMO_CUSTOMER = { email: 'customer@example.com', password: 'demo-customer-pass' };
