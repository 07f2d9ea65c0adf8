import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '@app/subscriptions';
import { runCli } from '../../../apps/cli/src/cli.js';
import type { Verdict } from '../../../apps/cli/src/subscriber/sent-events.js';
import { type ReceivedEvent, subscriberFaults } from './subscriber-faults.js';

const SECRET = newWebhookSecret();

interface Request {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}
type Receive = (request: Request) => number;

/** As the library of the specification does it. */
const verified: Receive = ({ body, headers }) => {
  try {
    new Webhook(SECRET).verify(body, headers as Record<string, string>);
    return 204;
  } catch {
    return 401;
  }
};
const eventOf = ({ body }: Request) => JSON.parse(body) as ReceivedEvent;

/** Right for what is signed, and wrong in the given way. */
const butRefuses =
  (isRefused: (event: ReceivedEvent) => boolean): Receive =>
  (request) =>
    verified(request) === 204 && isRefused(eventOf(request)) ? 500 : verified(request);

describe('subscriber-test', () => {
  let server: Server;
  let receive: Receive;
  let requests: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      requests++;
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => response.writeHead(receive({ body, headers: request.headers })).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    [receive, requests] = [verified, 0];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function tried(...own: string[]): Promise<{ code: number; output: string; failed: string[] }> {
    const lines: string[] = [];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const terminal = {
      env: { WEBHOOK_SECRET: SECRET },
      stdin: Readable.from([]),
      printError: () => undefined,
      print: (line: string) => lines.push(line),
    };
    const code = await runCli(['subscriber-test', '--url', url, '--json', ...own], terminal);
    const { verdicts } = JSON.parse(lines.join('')) as { verdicts: Verdict[] };
    return { code, output: lines.join(''), failed: verdicts.filter(({ passed }) => !passed).map(({ check }) => check) };
  }

  it('a good receiver passes every check, and got every event type', async () => {
    const types = new Set<string>();
    receive = (request) => {
      types.add(eventOf(request).type);
      return verified(request);
    };
    expect(await tried()).toMatchObject({ code: 0, failed: [] });
    expect(types.size).toBeGreaterThan(50);
    expect(requests).toBeGreaterThan(100);
  });

  it.each<[string, Receive, string[]]>([
    [
      'believes everybody',
      () => 204,
      [
        'refuses a signature of another secret',
        'refuses a body that was changed',
        'refuses another id with the same signature',
        'refuses a request without a signature',
        'refuses a request without a timestamp',
        'refuses a timestamp of an hour ago',
        'refuses a timestamp in an hour',
      ],
    ],
    [
      'does not look at the time',
      ({ body, headers }) => {
        const now = String(Math.floor(Date.now() / 1_000));
        const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
        if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return 400;
        const own = new Webhook(SECRET).sign(id, new Date(Number(timestamp) * 1_000), body);
        return signature.split(' ').includes(own) && now !== '' ? 204 : 401;
      },
      ['refuses a timestamp of an hour ago', 'refuses a timestamp in an hour'],
    ],
    [
      'reads one signature only',
      (request) => (verified(request) === 204 && String(request.headers['webhook-signature']).includes(' ') ? 401 : verified(request)),
      ['two signatures while the secret is rotated'],
    ],
    ...subscriberFaults().map(({ name, isRefused, failedChecks }): [string, Receive, string[]] => [
      name,
      butRefuses(isRefused),
      failedChecks,
    ]),
    ['fails at one type', butRefuses(({ type }) => type === 'payments.payment-refunded.v1'), ['every event type']],
  ])('a receiver that %s fails there, and nowhere else', async (_fault, faulty, expected) => {
    receive = faulty;
    expect(await tried()).toMatchObject({ code: 1, failed: expected });
  });

  it('the output does not show the secret', async () => {
    expect((await tried('--secret', SECRET)).output).not.toContain(SECRET);
  });

  it('a receiver that is away fails every check', async () => {
    const { code, failed } = await tried('--url', 'http://127.0.0.1:1/');
    expect([code, failed.length]).toEqual([1, 18]);
  });
});
