import amqp from 'amqplib';
import { DEAD_LETTERS } from '@app/platform/messaging/broker.js';
import { Reactions } from '@app/platform/messaging/reactions.js';
import { migrate } from '../../../migrations/run.js';
import { startDedicatedPostgres } from '../../support/postgres.js';
import { until } from '../../support/until.js';
import { DELAYS_MS, NoHooksLeft, QUEUE, guest, openReactions } from './reactions-harness.js';

describe('Reactions during an outage of the database', () => {
  it('a delivery waits for the database without using up attempts', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const harness = await openReactions({ kind: 'RabbitMQ', databaseUrl: postgres.url });
    try {
      const names = Array.from({ length: 12 }, (_, i) => `Guest ${i}`);
      await postgres.kill();
      await harness.broker.publish(names.map(guest));
      // Longer than all delays together: a delivery that used up its attempts would be a dead letter by then.
      await until(async () => (await unacknowledged(harness.amqpUrl!)) === 5, { what: 'five deliveries in progress' });
      await new Promise((resolve) => setTimeout(resolve, 5 * DELAYS_MS.reduce((sum, delay) => sum + delay)));
      await postgres.start();
      await until(async () => (await harness.database.query('SELECT 1 FROM public.coats')).length === names.length, { what: 'every coat' });
      expect((await harness.database.query<{ name: string }>('SELECT name FROM public.coats')).map(({ name }) => name).sort()).toEqual(
        names.sort(),
      );
      expect(await harness.database.query('SELECT 1 FROM messaging.dead_letters')).toEqual([]);
      expect(harness.reaction.calls).toBe(names.length);
    } finally {
      await harness.close();
      await postgres.remove();
    }
  }, 90_000);

  it('a message that fails after the outage takes no other with it', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const harness = await openReactions({ kind: 'RabbitMQ', databaseUrl: postgres.url });
    try {
      let refusals = 0;
      harness.reaction.afterwards = ({ data: { name } }) => {
        if (name !== 'Guest 0') return;
        refusals++;
        throw new NoHooksLeft();
      };
      await postgres.kill();
      const reactions = harness.app.get(Reactions);
      const bodies = Array.from({ length: 5 }, (_, i) => JSON.stringify(guest(`Guest ${i}`)));
      const outcomes = Promise.all(bodies.map((body) => reactions.deliver({ queue: QUEUE, body, attempts: 0 })));
      // Each is tried once a second.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await postgres.start();
      const ended = (await outcomes).map(({ kind }) => kind);
      expect(ended).toEqual(['dead-letter', 'acknowledge', 'acknowledge', 'acknowledge', 'acknowledge']);
      // Once in a batch, and once alone.
      expect(refusals).toBeLessThanOrEqual(2);
      expect(await harness.database.query('SELECT FROM public.coats')).toHaveLength(4);
    } finally {
      await harness.close();
      await postgres.remove();
    }
  }, 90_000);

  it('an outage in the middle of a reaction is not a failure of it', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const harness = await openReactions({ kind: 'RabbitMQ', databaseUrl: postgres.url });
    try {
      let isBreaking = true;
      harness.reaction.afterwards = async () => {
        if (!isBreaking) return;
        isBreaking = false;
        await postgres.kill();
      };
      await harness.broker.publish([guest()]);
      await until(() => !isBreaking, { what: 'the break' });
      await postgres.start();
      await until(async () => (await harness.database.query('SELECT 1 FROM public.coats')).length === 1, { what: 'the coat' });
      expect(harness.reaction.calls).toBe(2);
      expect(await harness.database.query('SELECT 1 FROM messaging.dead_letters')).toEqual([]);
      expect(await harness.database.query('SELECT 1 FROM messaging.inbox')).toHaveLength(1);
    } finally {
      await harness.close();
      await postgres.remove();
    }
  }, 90_000);

  it('a dead letter that cannot be stored costs no other message a delivery', async () => {
    const postgres = await startDedicatedPostgres({ durable: true });
    await migrate(postgres.url);
    const harness = await openReactions({ kind: 'RabbitMQ', databaseUrl: postgres.url });
    try {
      const names = Array.from({ length: 5 }, (_, i) => `Guest ${i}`);
      await postgres.kill();
      await harness.broker.publish(names.map(guest));
      await until(() => harness.deliveries() === 5, { what: 'five deliveries' });
      await die(harness.amqpUrl!);
      const since = Date.now();
      // As long as a few rounds of connections that break because of the letter would take.
      await until(() => Date.now() - since > 5_000, { what: 'a longer outage' });
      await postgres.start();
      await until(async () => (await harness.database.query('SELECT 1 FROM public.coats')).length === 5, { what: 'every coat' });
      await until(async () => (await harness.database.query('SELECT 1 FROM messaging.dead_letters')).length === 1, {
        what: 'the dead letter',
      });
      expect(harness.deliveries()).toBe(5);
      expect(harness.reaction.calls).toBe(5);
    } finally {
      await harness.close();
      await postgres.remove();
    }
  }, 90_000);

  /** Puts a message among the dead letters, as a reaction that refused it would. */
  async function die(url: string): Promise<void> {
    const connection = await amqp.connect(url);
    try {
      const channel = await connection.createConfirmChannel();
      channel.publish(DEAD_LETTERS, QUEUE, Buffer.from('{}'), { persistent: true });
      await channel.waitForConfirms();
    } finally {
      await connection.close();
    }
  }

  /** Messages that were delivered and not acknowledged: those that were sent, without those still ready in the queue. */
  async function unacknowledged(url: string): Promise<number> {
    const connection = await amqp.connect(url);
    try {
      const channel = await connection.createChannel();
      return 12 - (await channel.checkQueue(QUEUE)).messageCount;
    } finally {
      await connection.close();
    }
  }
});
