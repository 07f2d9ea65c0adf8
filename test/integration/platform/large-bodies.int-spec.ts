import { connect, type Socket } from 'node:net';
import { LARGE_BODIES_MAX_BYTES } from '@app/platform/http/limits/large-bodies.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

const MIB = 1_024 * 1_024;
const IMPORT = '/api/v1/showtimes/import';

let system: InProcessSystem;
const open = new Set<Socket>();
beforeAll(async () => {
  system = await startInProcessSystem({ worker: false });
}, 60_000);
afterEach(() => {
  for (const socket of open) socket.destroy();
  open.clear();
});
afterAll(() => system?.close());

interface Upload {
  readonly status: Promise<number>;
  readonly send: (bytes: string) => void;
}

/** Sends the headers of a request, and nothing of the body that they announce. The status is that of the first answer. */
function announce(path: string, { bytes, token, type = 'text/csv' }: { bytes: number | 'chunked'; token?: string; type?: string }): Upload {
  const { hostname, port } = new URL(system.url);
  const socket = connect(Number(port), hostname);
  open.add(socket);
  const length = bytes === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes}`;
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: ${type}\r\n${authorization}${length}\r\n\r\n`);
  const status = new Promise<number>((resolve, reject) => {
    socket.once('data', (answer) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString())?.[1])));
    socket.once('error', reject);
  });
  // A socket that the suite closes has no answer.
  status.catch(() => undefined);
  return { status, send: (text) => void socket.write(text) };
}

describe('Large bodies', () => {
  const POSTER = '/api/v1/movies/01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11/poster';
  it.each([
    ['a schedule', IMPORT, 'text/csv'],
    ['a movie', '/api/v1/movies', 'application/json'],
    ['a poster', POSTER, 'multipart/form-data; boundary=x'],
  ])('%s is refused before it is read without a good token', async (_what, path, type) => {
    const { token } = await system.registerCustomer();
    const bytes = 60 * 1_024;
    expect(await announce(path, { bytes, type }).status).toBe(401);
    expect(await announce(path, { bytes, type, token: 'bad' }).status).toBe(401);
    expect(await announce(path, { bytes: 'chunked', type }).status).toBe(401);
    expect(await announce(path, { bytes, type, token }).status).toBe(403);
  });

  it('so many bytes are taken at once, and room is made by the answer', async () => {
    const token = await system.adminToken();
    const uploads = Array.from({ length: LARGE_BODIES_MAX_BYTES / MIB + 1 }, () => announce(IMPORT, { bytes: MIB, token }));
    const first = await Promise.race(uploads.map(async (upload) => ({ upload, status: await upload.status })));
    expect(first.status).toBe(503);
    const webhook = announce('/api/v1/webhooks/stripe', { bytes: 2, type: 'application/json' });
    webhook.send('{}');
    expect(await webhook.status).toBe(400);
    expect(await announce(IMPORT, { bytes: 1, token }).status).toBe(503);
    const taken = uploads.find((upload) => upload !== first.upload)!;
    taken.send(`movie\n${'x'.repeat(MIB - 6)}`);
    expect(await taken.status).toBe(422);
    const next = announce(IMPORT, { bytes: 3, token });
    next.send('a\nb');
    expect(await next.status).toBe(422);
  });

  it('what strangers announce is limited too, and a body that is cut off makes room', async () => {
    const [bytes, type] = [256 * 1_024, 'application/json'];
    const webhook = () => announce('/api/v1/webhooks/stripe', { bytes, type });
    const webhooks = Array.from({ length: LARGE_BODIES_MAX_BYTES / bytes + 1 }, webhook);
    const first = await Promise.race(webhooks.map(async (upload) => ({ upload, status: await upload.status })));
    expect(first.status).toBe(503);
    const object = { id: 'cus_1', object: 'customer', description: 'x'.repeat(16_000) };
    const event = { id: 'evt_1', object: 'event', type: 'customer.created', created: Math.floor(Date.now() / 1_000), livemode: false };
    const small = JSON.stringify({ ...event, data: { object } });
    const signature = system.stripe.webhooks.generateTestHeaderString({ payload: small, secret: system.env['STRIPE_WEBHOOK_SECRET']! });
    const headers = { 'content-type': type, 'stripe-signature': signature };
    expect((await system.post('/webhooks/stripe', small, { headers })).status).toBe(200);
    for (const socket of open) socket.destroy();
    const isRead = async (): Promise<boolean> => {
      const whole = webhook();
      whole.send(`{"a":"${'x'.repeat(bytes - 8)}"}`);
      return (await whole.status) === 400;
    };
    await until(isRead, { what: 'room' });
  });
});
