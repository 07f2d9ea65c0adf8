import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { freePort } from '../../../apps/standalone/src/free-port.js';
import { cleanUpOnExit } from '../../support/reaper.js';
import { until } from '../../support/until.js';
import { TYPE, WebhookAdmin, publish } from './webhooks-fixture.js';

const RECEIVERS = [
  ['TypeScript', process.execPath, 'docs/examples/receiver.ts'],
  ['Python', 'python3', 'docs/examples/receiver.py'],
] as const;
const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('The receivers of docs/examples', () => {
  let system: InProcessSystem;
  let webhooks: WebhookAdmin;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    system = await startInProcessSystem();
    webhooks = new WebhookAdmin(system, await system.adminToken());
  }, 60_000);
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => system?.close());

  it.each(RECEIVERS.flatMap((receiver) => ['', 'whsec_', 'whsec_short'].map((secret) => [...receiver, secret] as const)))(
    'the one in %s does not start without a secret: %s %s "%s"',
    async (_language, program, file, secret) => {
      const env = { ...process.env, PORT: String(await freePort()), WEBHOOK_SECRET: secret, NODE_OPTIONS: '' };
      const child = spawn(program, [file], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      running.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
      await until(() => child.exitCode !== null || output.includes('ready'), { what: 'the receiver to end' });
      expect([child.exitCode, output]).toEqual([1, expect.stringContaining('WEBHOOK_SECRET is missing')]);
    },
    30_000,
  );

  it.each(RECEIVERS)(
    'the one in %s handles each event once and refuses what is not signed',
    async (_language, program, file) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/`;
      const { id, secret } = await webhooks.create(url);
      const env = { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret as string, NODE_OPTIONS: '' };
      const child = spawn(program, [file], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      child.once('exit', cleanUpOnExit({ processGroup: child.pid! }));
      running.push(child);
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
      const says = (line: string) => until(() => output.split('\n').includes(line), { what: `"${line}", it said: ${output}` });
      await says('ready');
      const [eventId] = await publish(system);
      const [{ subject } = { subject: '' }] = await system.sql<{ subject: string }>('SELECT subject FROM messaging.outbox WHERE id = $1', [
        eventId,
      ]);
      await says(`new ${TYPE} ${subject} 1`);
      await webhooks.newest(id, { status: 'delivered' });
      await webhooks.call('POST', `/${id}/deliveries/${(await webhooks.newest(id, {}))['id']}/replay`);
      await says(`again ${TYPE}`);
      const forged = { 'webhook-id': 'e1', 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)), 'webhook-signature': 'v1,AAAA' };
      const strange = [
        { ...forged, 'webhook-signature': 'v1,é' },
        { ...forged, 'webhook-timestamp': '²' },
      ];
      for (const headers of [forged, ...strange, {}] as Record<string, string>[])
        expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(401);
      const tooLarge = await fetch(url, { method: 'POST', body: 'x'.repeat(1_048_577), headers: forged });
      expect(tooLarge.status).toBe(413);
      // The old and the new secret sign: a receiver that still has the old one goes on.
      await webhooks.call('POST', `/${id}/rotate-secret`);
      const [next] = await publish(system);
      await webhooks.newest(id, { eventId: next, status: 'delivered' });
    },
    60_000,
  );
});
