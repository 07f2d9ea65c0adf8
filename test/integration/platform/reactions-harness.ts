/** One reaction on a real broker and database: a guest came, so a coat is collected. */
import { DiscoveryModule } from '@nestjs/core';
import { Conflict } from '@app/kernel/domain-error.js';
import { DomainEvent, type EventContext } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { type Broker, DEAD_LETTERS, DEAD_LETTERS_QUEUE, EXCHANGE, REACTIONS_EXCHANGE, UNROUTED } from '@app/platform/messaging/broker.js';
import { storeDeadLetterIn } from '@app/platform/messaging/store-dead-letter.js';
import { type Envelope, envelopeOf } from '@app/platform/messaging/envelope.js';
import { PostgresBroker } from '@app/platform/messaging/postgres-broker.js';
import { RabbitBroker } from '@app/platform/messaging/rabbit-broker.js';
import { retryQueue } from '@app/platform/messaging/rabbit-topology.js';
import { KnownEvents, Reactions } from '@app/platform/messaging/reactions.js';
import { type Reaction, Subscribe } from '@app/platform/messaging/subscribe.js';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { freshVhost } from '../../support/rabbitmq.js';

export const QUEUE = 'test.collect-coat-when-guest-came';
export const DELAYS_MS = [50, 100, 200];
const TOPOLOGY = {
  exchanges: [EXCHANGE, REACTIONS_EXCHANGE, UNROUTED, DEAD_LETTERS, ...DELAYS_MS.map(retryQueue)],
  queues: [QUEUE, UNROUTED, DEAD_LETTERS, DEAD_LETTERS_QUEUE, ...DELAYS_MS.map(retryQueue)],
};

class GuestCame extends DomainEvent<{ name: string }> {
  static readonly type = 'test.guest-came.v1';
}

export class NoHooksLeft extends Conflict {
  constructor() {
    super('test.no-hooks-left', 'There is no hook left for a coat.');
  }
}

@Subscribe(GuestCame, { queue: QUEUE })
class CollectCoatWhenGuestCame implements Reaction<GuestCame> {
  /** Runs after the effect, in its transaction. */
  afterwards: (event: GuestCame, context: EventContext) => Promise<void> | void = () => undefined;
  calls = 0;

  constructor(private readonly database: Database) {}

  async handle(event: GuestCame, context: EventContext): Promise<void> {
    this.calls++;
    await this.database.query('INSERT INTO public.coats (event, name) VALUES ($1, $2)', [context.id, event.data.name]);
    await this.afterwards(event, context);
  }
}

/** Each message in a transaction of its own. */
@Subscribe(GuestCame, { queue: QUEUE, alone: true })
class CollectOneCoatWhenGuestCame extends CollectCoatWhenGuestCame {}

export const BROKER_KINDS = ['RabbitMQ', 'PostgreSQL'] as const;
type BrokerKind = (typeof BROKER_KINDS)[number];

export interface ReactionsHarness extends Platform {
  readonly broker: Broker;
  readonly reaction: CollectCoatWhenGuestCame;
  readonly amqpUrl: string | null;
  /** How often a message was handed to the reaction's process. */
  deliveries(): number;
  close(): Promise<void>;
}

export async function openReactions({
  kind,
  databaseUrl,
  alone = false,
}: {
  kind: BrokerKind;
  databaseUrl: string;
  alone?: boolean;
}): Promise<ReactionsHarness> {
  const amqpUrl = kind === 'RabbitMQ' ? (await freshVhost(TOPOLOGY)).url : null;
  const reactionClass = alone ? CollectOneCoatWhenGuestCame : CollectCoatWhenGuestCame;
  const known = { provide: KnownEvents, useValue: { types: [GuestCame.type] } };
  const platform = await startPlatform(databaseUrl, {}, { imports: [DiscoveryModule], providers: [known, Reactions, reactionClass] });
  const { app, database } = platform;
  // The reactions of these suites fail on purpose.
  app.useLogger(false);
  await database.query('CREATE TABLE IF NOT EXISTS public.coats (event uuid NOT NULL, name text NOT NULL)');
  const options = { prefetch: 5, retryDelaysMs: DELAYS_MS, leaseMs: 30_000 };
  const broker =
    amqpUrl === null
      ? new PostgresBroker(database, app.get(Transactions), options, storeDeadLetterIn(database))
      : new RabbitBroker({ urls: [amqpUrl], ...options }, storeDeadLetterIn(database));
  const reactions = app.get(Reactions);
  await broker.declare(reactions.bindings());
  let deliveries = 0;
  broker.consume(reactions.bindings(), (delivery) => {
    deliveries++;
    return reactions.deliver(delivery);
  });
  const close = async (): Promise<void> => {
    reactions.stop();
    await broker.close();
    await app.close();
  };
  return { ...platform, broker, reaction: app.get(reactionClass), amqpUrl, deliveries: () => deliveries, close };
}

export function guest(name = 'Ada'): Envelope {
  return envelopeOf({
    id: newId(),
    type: GuestCame.type,
    subject: newId(),
    sequence: 1,
    time: new Date(),
    correlationId: 'request-1',
    data: { name },
  });
}
