import { AsyncLocalStorage } from 'node:async_hooks';
import { fastify as createFastify } from 'fastify';
import { useSendingTogether } from './send-together.js';

describe('Answers of one turn of the event loop', () => {
  const setUp = () => {
    const seen: string[] = [];
    const fastify = createFastify();
    fastify.addHook('onSend', ({ url }, _reply, _payload, done) => {
      seen.push(`made ${url}`);
      done();
    });
    useSendingTogether(fastify);
    fastify.addHook('onResponse', ({ url }, _reply, done) => {
      seen.push(`sent ${url}`);
      done();
    });
    fastify.get('/a', () => ({ of: 'a' }));
    fastify.get('/b', () => ({ of: 'b' }));
    fastify.get('/shared', { config: { isCacheable: true } }, () => ({ of: 'all' }));
    return { fastify, seen };
  };

  it('answers are sent when all of them are made', async () => {
    const { fastify, seen } = setUp();
    const answers = await Promise.all([fastify.inject('/a'), fastify.inject('/b')]);
    expect(answers.map((answer) => answer.json<object>())).toEqual([{ of: 'a' }, { of: 'b' }]);
    expect(seen).toEqual(['made /a', 'made /b', 'sent /a', 'sent /b']);
  });

  it('answers that are shared wait for nothing', async () => {
    const { fastify, seen } = setUp();
    await Promise.all([fastify.inject('/a'), fastify.inject('/shared')]);
    expect(seen.indexOf('sent /shared')).toBeLessThan(seen.indexOf('sent /a'));
  });

  it('answers are sent each in the context of its request', async () => {
    const { fastify } = setUp();
    const context = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    fastify.addHook('preValidation', ({ url }, _reply, done) => context.run(url, done));
    fastify.addHook('onResponse', ({ url }, _reply, done) => {
      contexts.push([url, context.getStore()]);
      done();
    });
    await Promise.all([fastify.inject('/a'), fastify.inject('/b')]);
    expect(contexts).toEqual([
      ['/a', '/a'],
      ['/b', '/b'],
    ]);
  });

  it('an answer that cannot be sent ends its connection, and no other', async () => {
    const { fastify } = setUp();
    fastify.get('/bad', (_request, reply) => reply.header('link', 'a\nb').send({}));
    const address = await fastify.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => fastify.close());
    const [bad, good] = await Promise.allSettled(['bad', 'a'].map((path) => fetch(`${address}/${path}`)));
    expect([bad?.status, good?.status]).toEqual(['rejected', 'fulfilled']);
    expect((await fetch(`${address}/b`)).status).toBe(200);
  });

  it('answers are sent one by one as the next turns make them', async () => {
    const { fastify } = setUp();
    for (const of of ['a', 'b', 'a']) expect((await fastify.inject(`/${of}`)).json<object>()).toEqual({ of });
  });
});
