/** Which Stripe `make start` uses, and with which secret. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { type Standalone, startStandalone } from '../../../apps/standalone/src/standalone.js';
import { until } from '../../support/until.js';

let dataDir: string;
let system: Standalone | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'movie-reservation-start-'));
  // As root PostgreSQL runs as another account, which must be able to enter.
  chmodSync(dataDir, 0o711);
});
afterEach(async () => {
  await system?.close();
  system = undefined;
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
});

async function start(env: Record<string, string>): Promise<{ sandboxPort: number; stripeUrl: string }> {
  const [api, postgres, sandbox, storage] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const ports = { api, postgres, sandbox, storage };
  system = await startStandalone({ dataDir, ports, env: { LOG_LEVEL: 'error', ...env }, durable: false, log: () => undefined });
  return { sandboxPort: sandbox, stripeUrl: system.stripeUrl };
}

describe('The Stripe of make start', () => {
  it('another stand-in that STRIPE_API_URL names gets the requests', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/json').end('{"object":"list","data":[],"has_more":false}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { stripeUrl, sandboxPort } = await start({ STRIPE_API_URL: url });
      expect(stripeUrl).toBe(url);
      await until(() => requests.some((each) => each.startsWith('GET /v1/payment_intents')), { what: 'a request' });
      expect(await freePort(sandboxPort)).toBe(sandboxPort);
    } finally {
      server.close();
    }
  }, 60_000);

  it('a webhook secret without STRIPE_API_URL keeps no webhook of the sandbox out', async () => {
    const { stripeUrl } = await start({ STRIPE_WEBHOOK_SECRET: 'whsec_of_somebody_else_0123456789abcdef' });
    const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'amount=2400&currency=eur&automatic_payment_methods[enabled]=true';
    expect((await fetch(`${stripeUrl}/v1/payment_intents`, { method: 'POST', headers, body })).status).toBe(200);
    const attempts = await until(
      async () => {
        const { data } = (await (await fetch(`${stripeUrl}/sandbox/webhooks`)).json()) as { data: { attempts: { status: number }[] }[] };
        return data.flatMap((delivery) => delivery.attempts).length > 0 && data.flatMap((delivery) => delivery.attempts);
      },
      { what: 'a delivery' },
    );
    expect(attempts.map(({ status }) => status)).toEqual([200]);
  }, 60_000);
});
