import { newId } from '@app/kernel/id.js';
import { cliOf } from '../../support/cli.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { freshVhost } from '../../support/rabbitmq.js';
import { until } from '../../support/until.js';

const QUEUE = 'reservations.confirm-reservation-when-payment-succeeded';
const NOWHERE = '127.0.0.1:1';

interface Letter {
  readonly id: string;
  readonly status: string;
  readonly queue: string;
  readonly messageId: string;
}

describe('dead-letters', () => {
  let system: InProcessSystem;

  beforeAll(async () => {
    const { url } = await freshVhost();
    system = await startInProcessSystem({ env: { AMQP_URL: url } });
  }, 60_000);
  afterAll(() => system.close());

  const cli = (...args: string[]) => cliOf(system, ['dead-letters', ...args]);
  const listed = async (...args: string[]) => (JSON.parse((await cli('list', '--json', ...args)).stdout) as { data: Letter[] }).data;
  const entries = () =>
    system.sql<{ subject: string; details: { redriven: string[] } }>(
      `SELECT subject, details FROM platform.audit_trail WHERE actor IS NULL AND action = 'messaging.redrive-dead-letters' ORDER BY id`,
    );

  /** A payment for a reservation that does not exist: a rule refuses it every time. */
  async function refusedLetter(): Promise<Letter> {
    const [event, paymentId] = [newId(), newId()];
    await system.sql(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, time, correlation_id, data)
       VALUES ($1, 'payments.payment-succeeded.v1', $2, 1, now(), 'a-test', $3)`,
      [event, paymentId, { paymentId, reservationId: newId(), amount: { amount: 1_250, currency: 'EUR' } }],
    );
    return until(async () => (await listed()).find(({ messageId }) => messageId === event), { what: 'the message to die' });
  }

  async function insertLetter(queue: string): Promise<string> {
    const id = newId();
    await system.sql(
      `INSERT INTO messaging.dead_letters (id, queue, message_id, reason, attempts, body) VALUES ($1, $2, $3, 'put here', 1, 'not JSON')`,
      [id, queue, newId()],
    );
    return id;
  }

  it('a dead letter is listed, shown and sent back, with an audit entry', async () => {
    const { id, messageId } = await refusedLetter();
    expect((await cli('list', '--queue', QUEUE, '--status', 'waiting')).stdout).toContain(`${id}  waiting `);
    expect(await listed('--queue', 'reports.none')).toEqual([]);
    const shown = await cli('show', id);
    expect(shown.stdout).toMatch(new RegExp(`^queue +${QUEUE}$`, 'm'));
    expect(shown.stdout).toContain('"type": "payments.payment-succeeded.v1"');
    expect(JSON.parse((await cli('show', id, '--json')).stdout)).toMatchObject({ id, messageId, text: null });

    expect(await cli('redrive', id)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Sent 1 back; 0 were sent before/) as string,
    });
    expect((await entries()).at(-1)).toMatchObject({ subject: id, details: { redriven: [id] } });
    // The rule still refuses it: it dies again, and waits again.
    await until(
      async () =>
        (await system.sql(`SELECT FROM messaging.dead_letters WHERE message_id = $1 AND redriven_at IS NULL`, [messageId])).length > 0,
      { what: 'the message to die again' },
    );
  }, 60_000);

  it('a letter that was sent back before is skipped', async () => {
    const id = await insertLetter('cinema.dead-letters.quorum');
    await system.sql('UPDATE messaging.dead_letters SET redriven_at = now() WHERE id = $1', [id]);
    const before = (await entries()).length;
    expect(JSON.parse((await cli('redrive', id, '--json')).stdout)).toMatchObject({ redriven: 0, skipped: 1, failed: [] });
    expect((await entries()).slice(before).flatMap(({ details }) => details.redriven)).toEqual([]);
  }, 60_000);

  it('a letter of a queue that is gone stays, and the exit code says so', async () => {
    const queue = 'reservations.a-reaction-of-long-ago';
    const id = await insertLetter(queue);
    expect(await cli('redrive', '--queue', queue)).toMatchObject({
      code: 1,
      stdout: 'Sent 0 back; 0 were sent before, 1 still wait.',
      stderr: expect.stringMatching(new RegExp(`^${id}: There is no queue ${queue}\\n1 dead letters could not be sent back\\.$`)) as string,
    });
    expect((await cli('show', id)).stdout).toContain('not JSON');
  }, 60_000);

  it('an unknown letter is refused with a sentence', async () => {
    for (const args of [
      ['show', newId()],
      ['redrive', newId()],
    ])
      expect(await cli(...args)).toMatchObject({ code: 1, stderr: 'There is no such dead letter.' });
  }, 60_000);

  it('while the broker is away nothing is sent back, and nothing is lost', async () => {
    const id = await insertLetter(QUEUE);
    const away = await cliOf(system, ['dead-letters', 'redrive', id], { AMQP_URL: `amqp://cinema:hunter22@${NOWHERE}` });
    expect(away).toMatchObject({ code: 1, stdout: '' });
    expect(away.stderr).toContain('The message broker is away.');
    expect(away.stderr).not.toContain('hunter22');
    expect((await listed()).find((letter) => letter.id === id)).toMatchObject({ status: 'waiting' });
    await system.sql('DELETE FROM messaging.dead_letters WHERE id = $1', [id]);
  }, 60_000);
});
