import { setTimeout as pause } from 'node:timers/promises';
import { fastify as createFastify } from 'fastify';
import type { ClsService } from 'nestjs-cls';
import { Admission, Overloaded } from '../../concurrency/admission.js';
import { useAdmission } from '../limits/admission-hook.js';
import { useSharedAnswers } from './shared-answers-hook.js';

/** With one slot. `waiting`: what the handlers wait for, in the order of their requests. */
function serverWith(limits: { maxWaitMs?: number } = {}) {
  const admission = new Admission({ maxAdmitted: 1, maxWaiting: 10, maxWaitMs: 60_000, ...limits });
  const fastify = createFastify();
  fastify.setErrorHandler((error, _request, reply) => reply.code(error instanceof Overloaded ? 503 : 500).send('a problem'));
  useSharedAnswers(fastify, admission);
  useAdmission(fastify, admission, { set: () => undefined } as unknown as ClsService);
  const waiting: { path: string; end: (statusCode: number) => void }[] = [];
  for (const path of ['/api/v1/shared', '/api/v1/slow']) {
    fastify.get(path, { config: { isCacheable: true } }, async (_request, reply) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.push({ path, end: resolve });
      return reply.code(await promise).send('an answer');
    });
  }
  const sockets: { destroyed: boolean }[] = [];
  fastify.addHook('onRequest', (request, _reply, done) => {
    sockets.push(request.raw.socket);
    done();
  });
  const ended: string[] = [];
  const ask = async (name: string, path: string): Promise<number> => {
    const { statusCode } = await fastify.inject(path);
    ended.push(`${name} ${statusCode}`);
    return statusCode;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  };
  /** Ends the request that has the slot. */
  const end = async (statusCode: number): Promise<void> => {
    waiting.shift()!.end(statusCode);
    await settle();
  };
  return { admission, ask, end, ended, settle, sockets, waiting };
}

describe('Equal requests that wait for a slot', () => {
  it('equal requests share the place of the first one in the queue', async () => {
    const { ask, end, ended, settle } = serverWith();
    const answers = [ask('slow', '/api/v1/slow')];
    await settle();
    answers.push(ask('first', '/api/v1/shared'));
    await settle();
    answers.push(ask('second', '/api/v1/shared'), ask('other', '/api/v1/slow?page=2'));
    await settle();
    await end(200);
    await end(200);
    expect(ended.slice(0, 3).sort()).toEqual(['first 200', 'second 200', 'slow 200']);
    await end(200);
    await Promise.all(answers);
  });

  it('the next one waits no longer than any other since it asked', async () => {
    const { ask, end, ended, settle } = serverWith({ maxWaitMs: 1_000 });
    const answers = [ask('maker', '/api/v1/shared')];
    await settle();
    answers.push(ask('next', '/api/v1/shared'));
    await settle();
    answers.push(ask('slow', '/api/v1/slow'));
    await pause(600);
    await end(200);
    await pause(600);
    expect(ended).toEqual(['maker 200', 'next 503']);
    await end(200);
    await Promise.all(answers);
  });
});

describe('Equal requests of which one fails', () => {
  it('one failure is no reason to refuse the others, a second one is', async () => {
    const { ask, end, ended, settle, waiting } = serverWith();
    const answers = [ask('a', '/api/v1/shared')];
    await settle();
    answers.push(ask('b', '/api/v1/shared'));
    await settle();
    answers.push(ask('c', '/api/v1/shared'), ask('d', '/api/v1/shared'));
    await settle();
    await end(500);
    await end(200);
    expect(ended.sort()).toEqual(['a 500', 'b 200', 'c 200', 'd 200']);
    answers.push(ask('e', '/api/v1/shared'));
    await settle();
    answers.push(ask('f', '/api/v1/shared'));
    await settle();
    answers.push(ask('g', '/api/v1/shared'));
    await settle();
    await end(503);
    await end(503);
    expect(ended.slice(4).sort()).toEqual(['e 503', 'f 503', 'g 503']);
    expect(waiting).toEqual([]);
    await Promise.all(answers);
  });

  it('the others are refused at once when nothing has succeeded for seconds', async () => {
    const { ask, end, ended, settle, sockets, waiting } = serverWith();
    const clock = vi.spyOn(performance, 'now');
    try {
      void ask('a', '/api/v1/shared');
      await settle();
      const others = [ask('b', '/api/v1/shared'), ask('c', '/api/v1/shared')];
      await settle();
      const now = performance.now() + 2_500;
      clock.mockImplementation(() => now);
      sockets[0]!.destroyed = true;
      await end(503);
      await Promise.all(others);
      expect(ended.filter((name) => !name.startsWith('a')).sort()).toEqual(['b 503', 'c 503']);
      expect(waiting).toEqual([]);
    } finally {
      clock.mockRestore();
    }
  });

  it('a request whose client went before it took its place in the queue takes none', async () => {
    const { admission, ask, end, settle, sockets } = serverWith();
    void ask('maker', '/api/v1/shared');
    await settle();
    void ask('next', '/api/v1/shared');
    await settle();
    void ask('slow', '/api/v1/slow');
    await settle();
    sockets[1]!.destroyed = true;
    await end(200);
    expect([admission.admittedCount, admission.waitingCount]).toEqual([1, 0]);
    await end(200);
  });
});
