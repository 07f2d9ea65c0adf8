/** The accounts of `make start`. Everybody may know them. */
import type { ApiClient } from './api-client.js';

export const DEMO_ADMIN = { email: 'admin@example.com', password: 'demo-admin-pass' };
export const DEMO_CUSTOMER = { email: 'customer@example.com', password: 'demo-customer-pass' };

/** Returns the client of a demo account, or null where somebody has changed its password, or taken its account away. */
export async function logInAs(account: typeof DEMO_ADMIN, client: ApiClient): Promise<ApiClient | null> {
  const { status } = await client.call('POST', '/auth/login', account);
  return status === 401 || status === 403 ? null : client.withToken(await client.logIn(account));
}

/** Returns the demo admin; null where it may add nothing any more. */
export async function logInAsAdmin(client: ApiClient): Promise<ApiClient | null> {
  const admin = await logInAs(DEMO_ADMIN, client);
  const me = await admin?.expectOk<{ role: string }>('GET', '/auth/me');
  return me?.role === 'admin' ? admin : null;
}
