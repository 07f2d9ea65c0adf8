import { DataSource } from 'typeorm';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate } from '../../../../migrations/run.js';
import { ownPostgres } from '../../../support/postgres.js';
import { startSystem } from '../../../support/system.js';
it('x', async () => {
  const postgres = await ownPostgres();
  await migrate(postgres.url);
  const system = await startSystem({ worker: false, env: { LOG_LEVEL: 'silent', DATABASE_URL: postgres.url, DATABASE_POOL: '10' } });
  const scene = await system.scene();
  const customer = await system.customer();
  const t = async (name: string, p: Promise<any>) => {
    const s = performance.now();
    const r = await Promise.race([p, pause(12000)]);
    process.stderr.write(`${name} ${r?.status} ${r?.body?.code} ${Math.round(performance.now() - s)}\n`);
  };
  for (let k = 0; k < 1; k++) {
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => system.get('/movies')));
    postgres.freeze();
  const dump = setTimeout(() => {
    const pool = (system.api.get(DataSource).driver as any).master;
    process.stderr.write(JSON.stringify({ idle: pool.idleCount, waiting: pool.waitingCount, clients: pool._clients.map((c: any) => ({ r: c.readyForQuery, q: c._queryable, e: c._ending, ended: c._ended, to: c.connection.stream.timeout, d: c.connection.stream.destroyed, active: c._getActiveQuery()?.text?.slice(0, 40), queue: c._queryQueue.length, l: c.connection.stream.listenerCount('timeout') })) }) + '\n');
  }, 8000);
  await t('movies', system.get('/movies'));
  clearTimeout(dump);
  await t('seats', system.get(`/showtimes/${scene.showtimeId}/seats`));
    await t('res', system.get('/reservations', { token: customer.token }));
    await t('hold', system.hold(customer, scene.showtimeId, ['A1']));
    await t('hold idem', system.hold(customer, scene.showtimeId, ['A1'], { 'idempotency-key': 'frozen' }));
    await t('webhook', system.post('/webhooks/stripe', '{}', { headers: { 'content-type': 'application/json' } }));
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => t('many' + i, i % 2 ? system.get('/movies') : system.hold(customer, scene.showtimeId, ['A2']))),
    );
    postgres.thaw();
    await pause(500);
    await t('movies', system.get('/movies'));
    await t('hold', system.hold(customer, scene.showtimeId, ['A1']));
  }
  await system.close();
  await postgres.remove();
}, 100000);
