import { newId } from '@app/kernel/id.js';
import type { HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

type Route = readonly [method: string, path: (id: string) => string, body?: object];

/** Each request is refused for what it names; the limit counts it too. */
const ROUTES: Readonly<Record<string, readonly Route[]>> = {
  REFUND_PER_ADMIN_PER_MINUTE: [
    ['POST', (id) => `/admin/payments/${id}/reconcile`],
    ['POST', (id) => `/admin/stripe-events/evt_${id}/replay`],
    ['POST', (id) => `/admin/webhooks/evt_${id}/replay`],
    ['POST', (id) => `/admin/payments/${id}/refunds`, {}],
    ['POST', (id) => `/admin/refunds/${id}/retry`],
    ['POST', () => '/admin/refunds/retry', {}],
  ],
  MAIL_RETRY_PER_ADMIN_PER_MINUTE: [['POST', (id) => `/admin/mails/${id}/retry`]],
  WEBHOOKS_PER_ADMIN_PER_MINUTE: [
    ['POST', (id) => `/admin/webhook-endpoints/${id}/test`],
    ['POST', (id) => `/admin/webhook-endpoints/${id}/enable`],
    ['POST', (id) => `/admin/webhook-endpoints/${id}/replay`, { since: '2026-11-26T12:00:00Z' }],
    ['POST', (id) => `/admin/webhook-endpoints/${id}/deliveries/${id}/replay`],
    ['POST', () => '/admin/webhook-endpoints', { url: 'http://127.0.0.1/' }],
    ['PATCH', (id) => `/admin/webhook-endpoints/${id}`, { url: 'http://127.0.0.1/' }],
  ],
  POSTERS_PER_ADMIN_PER_MINUTE: [['POST', (id) => `/movies/${id}/poster`]],
};

describe('An admin whose requests cost calls to other servers', () => {
  let system: InProcessSystem;
  let token: string;
  beforeAll(async () => {
    const env = Object.fromEntries(Object.entries(ROUTES).map(([limit, routes]) => [limit, String(routes.length)]));
    system = await startInProcessSystem({ worker: false, env });
    token = await system.adminToken();
  }, 60_000);
  afterAll(() => system?.close());

  const send = ([method, path, body]: Route): Promise<HttpResponse> =>
    path('').endsWith('/poster')
      ? system.call(method, path(newId()), { token, body: '--x--\r\n', headers: { 'content-type': 'multipart/form-data; boundary=x' } })
      : system.call(method, path(newId()), { token, body });

  it.each(Object.entries(ROUTES))('%s counts each of its routes', async (_limit, routes) => {
    for (const route of routes) expect([route[1](':id'), (await send(route)).status]).not.toEqual([route[1](':id'), 429]);
    for (const route of routes) {
      const { status, headers } = await send(route);
      expect([route[1](':id'), status]).toEqual([route[1](':id'), 429]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });
});
