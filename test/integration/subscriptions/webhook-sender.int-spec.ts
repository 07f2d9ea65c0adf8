import { createServer } from 'node:net';
import { HostNames } from '../../../libs/subscriptions/src/infrastructure/host-names.js';
import { HttpWebhookSender } from '../../../libs/subscriptions/src/infrastructure/http-webhook-sender.js';
import type { SubscriptionsSettings } from '../../../libs/subscriptions/src/subscriptions.settings.js';
import { Receiver } from './webhooks-fixture.js';

/** Answers each look-up of a name with the next of these lists. */
class ScriptedNames extends HostNames {
  readonly asked: string[] = [];
  constructor(private readonly answers: string[][]) {
    super();
  }
  addressesOf(host: string): Promise<string[]> {
    this.asked.push(host);
    return Promise.resolve(this.answers.shift() ?? []);
  }
}

class NoAnswer extends HostNames {
  addressesOf(): Promise<string[]> {
    return new Promise(() => undefined);
  }
}

describe('The request of a webhook', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.start({ host: '0.0.0.0' });
  });
  afterEach(() => {
    receiver.received.length = 0;
    receiver.answer = (_received, response) => void response.writeHead(204).end();
  });
  afterAll(() => receiver.close());

  function send(names: HostNames, { allowsPrivateAddresses = false, timeoutMs = 5_000, url = '' } = {}) {
    const sender = new HttpWebhookSender({ allowsPrivateAddresses, timeoutMs } as SubscriptionsSettings, names);
    const to = url === '' ? `http://shop.example:${receiver.port}/hooks?a=1` : url;
    return sender.send({ url: to, headers: { 'webhook-id': 'e1' }, body: '{}', signal: new AbortController().signal });
  }

  it('a name is asked for once, and the connection goes to what was checked', async () => {
    // The second answer is what a name server gives that changes its mind in between.
    const names = new ScriptedNames([['127.0.0.2'], ['127.0.0.3']]);
    expect(await send(names, { allowsPrivateAddresses: true })).toMatchObject({ kind: 'answered', status: 204 });
    expect(names.asked).toEqual(['shop.example']);
    expect(receiver.received).toMatchObject([
      { path: '/hooks?a=1', localAddress: '127.0.0.2', headers: { host: `shop.example:${receiver.port}` } },
    ]);
  });

  it.each([
    [['127.0.0.1']],
    [['93.184.216.34', '127.0.0.1']],
    [['127.0.0.1', '93.184.216.34']],
    [['::ffff:127.0.0.1']],
    [['169.254.169.254']],
  ])('a name with the addresses %j is refused, and nothing is connected to', async (addresses) => {
    expect(await send(new ScriptedNames([addresses]))).toEqual({ kind: 'unanswered', error: 'address-refused' });
    expect(receiver.received).toEqual([]);
  });

  it('the control: with the check off, the same name is connected to', async () => {
    expect(await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true })).toMatchObject({ status: 204 });
    expect(receiver.received).toHaveLength(1);
  });

  it('an address in the URL is checked too', async () => {
    const url = `http://127.0.0.1:${receiver.port}/`;
    expect(await send(new ScriptedNames([['127.0.0.1']]), { url })).toEqual({ kind: 'unanswered', error: 'address-refused' });
    expect(receiver.received).toEqual([]);
  });

  it('an endpoint that does not answer in time has a time-out', async () => {
    receiver.answer = () => undefined;
    const result = await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true, timeoutMs: 200 });
    expect(result).toEqual({ kind: 'unanswered', error: 'time-out' });
  });

  it('a name that is not answered in time has a time-out', async () => {
    expect(await send(new NoAnswer(), { timeoutMs: 100 })).toEqual({ kind: 'unanswered', error: 'time-out' });
  });

  it('an answer without end is cut off, and its status counts', async () => {
    receiver.answer = (_received, response) => {
      response.writeHead(500);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(10_000), more));
      more();
    };
    const result = await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true });
    expect(result).toEqual({ kind: 'answered', status: 500, answer: 'x'.repeat(500), askedPauseMs: null });
  });

  it('an answer that is never finished counts by its status', async () => {
    receiver.answer = (_received, response) => void response.writeHead(200).write('thanks');
    const result = await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true });
    expect(result).toMatchObject({ kind: 'answered', status: 200, answer: 'thanks' });
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['99999999', 86_400_000],
    ['soon', null],
  ])('Retry-After %s asks for a pause of %j ms', async (field, askedPauseMs) => {
    receiver.answer = (_received, response) => void response.writeHead(429, { 'retry-after': field }).end();
    expect(await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true })).toMatchObject({ status: 429, askedPauseMs });
  });

  it('only 429 and 503 ask for a pause', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500, { 'retry-after': '120' }).end();
    expect(await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true })).toMatchObject({ askedPauseMs: null });
  });

  it('a port that nothing listens at, and what is no HTTP, are failures', async () => {
    const server = createServer((socket) => socket.resume().end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const to = (of: number) => send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true, url: `http://127.0.0.1:${of}/` });
    expect(await to(port)).toMatchObject({ kind: 'unanswered', error: 'HPE_INVALID_CONSTANT' });
    await new Promise((resolve) => server.close(resolve));
    expect(await to(port)).toEqual({ kind: 'unanswered', error: 'ECONNREFUSED' });
  });

  it.each([301, 302, 303, 307, 308])('%i is the answer, and no other address is asked for', async (status) => {
    receiver.answer = (_received, response) => void response.writeHead(status, { location: receiver.url('/target') }).end('moved');
    expect(await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true })).toMatchObject({ kind: 'answered', status });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks?a=1']);
  });

  it('an answer of a gigabyte is cut off after its beginning', async () => {
    let sentBytes = 0;
    const GIGABYTE = 1_073_741_824;
    const part = Buffer.alloc(65_536, 'x');
    const ended = Promise.withResolvers<void>();
    receiver.answer = (_received, response) => {
      response.writeHead(200, { 'content-length': GIGABYTE }).on('close', () => ended.resolve());
      const more = (): void => {
        if (response.destroyed) return;
        sentBytes += part.length;
        response.write(part, more);
      };
      more();
    };
    expect(await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true })).toMatchObject({
      kind: 'answered',
      status: 200,
    });
    await ended.promise;
    // What the sockets of both sides hold.
    expect(sentBytes).toBeLessThan(GIGABYTE / 16);
  });

  it.each([
    ['its head', 'HTTP/1.1 200 OK\r\nx-slow: '],
    ['its first line', ''],
  ])('an answer that drips %s has a time-out', async (_what, beginning) => {
    const drips = new Set<NodeJS.Timeout>();
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.write(beginning);
      // Faster than any time-out of silence.
      const drip = setInterval(() => socket.write(beginning === '' ? '\r\n' : 'x'), 20);
      drips.add(drip);
      socket.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/`;
    const result = await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true, timeoutMs: 300, url });
    expect(result).toEqual({ kind: 'unanswered', error: 'time-out' });
    await new Promise((resolve) => server.close(resolve));
    for (const drip of drips) clearInterval(drip);
  });

  it('an answer that drips its body counts by its status', async () => {
    receiver.answer = (_received, response) => {
      response.writeHead(206);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    };
    const result = await send(new ScriptedNames([['127.0.0.1']]), { allowsPrivateAddresses: true, timeoutMs: 10_000 });
    expect(result).toMatchObject({ kind: 'answered', status: 206 });
  });
});
