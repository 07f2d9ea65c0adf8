/** Runs reactions: a message is delivered at least once and has its effect once, because the inbox row commits with the effect. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DomainError } from '@app/kernel/domain-error.js';
import type { DomainEvent, EventContext } from '@app/kernel/domain-event.js';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { Inbox } from '../persistence/inbox.js';
import { isDatabaseAway, isDatabaseUnavailable, isStatementGivenUp } from '../persistence/database-errors.js';
import { Transactions } from '../persistence/transactions.js';
import { Batches, RepeatableError } from '../concurrency/batches.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { counter, durationHistogram, secondsSince } from '../telemetry/metrics.js';
import { SPAN_KIND, inSpan } from '../telemetry/tracing.js';
import type { Binding, Delivery, Outcome } from './broker.js';
import { MalformedEnvelope, openEnvelope, parseEnvelope } from './envelope.js';
import { type Reaction, type Subscription, subscriptionOf } from './subscribe.js';
import { CORRELATION_ID } from '../telemetry/correlation-id.js';

/** How often a paused delivery tries whether the database is back. */
const OUTAGE_PAUSE_MS = 1_000;

/** How often a lock or statement time-out is tried again on the spot. After that it is a failure of the reaction as any other. */
const MAX_RETRIES_ON_TIMEOUT = 2;

const DELIVERIES = counter('cinema_reactions_total', 'Deliveries to reactions, by how they ended', ['queue', 'outcome']);
const DURATIONS = durationHistogram('cinema_reaction_duration_seconds', 'From a delivery to its end, pauses during outages included', [
  'queue',
]);

/** Every event type of the system. An app provides it: the platform does not know the contracts. */
export abstract class KnownEvents {
  abstract readonly types: readonly string[];
}

/** Messages in one transaction. More would hold its locks for longer. */
const BATCH_SIZE = 20;
/** Of one queue. While one waits for PostgreSQL, the next is worked on. */
const MAX_CONCURRENT_BATCHES = 2;
/** Of a queue whose messages are handled alone. */
const MAX_CONCURRENT_ALONE = 4;
const DONE = { status: 'fulfilled', value: undefined } as const;

interface Message {
  readonly event: DomainEvent;
  readonly context: EventContext;
  /** The span that the event was published in. */
  readonly traceparent: string | null;
}

interface SubscribedReaction {
  readonly subscription: Subscription;
  readonly batches: Batches<Message, void>;
}

@Injectable()
export class Reactions {
  readonly #logger = new Logger(Reactions.name);
  readonly #stopping = new AbortController();
  #all: ReadonlyMap<string, SubscribedReaction> | null = null;
  /** All queues together can deliver more at once than there are connections. Half of the pool is left to the relay, the schedules and the broker. */
  readonly #semaphore: Semaphore;

  constructor(
    private readonly known: KnownEvents,
    private readonly discovery: DiscoveryService,
    private readonly transactions: Transactions,
    private readonly inbox: Inbox,
    private readonly cls: ClsService,
    settings: Settings,
  ) {
    this.#semaphore = new Semaphore(Math.ceil(settings.database.poolSize / 2));
  }

  bindings(): Binding[] {
    return [...this.all().values()].map(({ subscription }) => ({ queue: subscription.queue, type: subscription.event.type }));
  }

  /** Types of this system without a reaction. */
  unsubscribedTypes(): string[] {
    const subscribed = new Set(this.bindings().map(({ type }) => type));
    return this.known.types.filter((type) => !subscribed.has(type));
  }

  /** Deliveries that an outage pauses return to their queue. */
  stop(): void {
    this.#stopping.abort();
  }

  /** How a delivery ended. While the database is away it waits here, so that an outage does not use up the message's attempts. */
  async deliver(delivery: Delivery): Promise<Outcome> {
    const { queue } = delivery;
    const startedAt = performance.now();
    const outcome = await this.outcomeOf(delivery);
    DELIVERIES.inc({ queue, outcome: outcome.kind });
    DURATIONS.observe({ queue }, secondsSince(startedAt));
    return outcome;
  }

  private async outcomeOf(delivery: Delivery): Promise<Outcome> {
    for (let timeouts = 0; ;) {
      try {
        await this.react(delivery);
        return { kind: 'acknowledge' };
      } catch (error) {
        if (isStatementGivenUp(error)) timeouts++;
        if (isDatabaseUnavailable(error) && timeouts <= MAX_RETRIES_ON_TIMEOUT) {
          this.#logger.warn({ err: error, queue: delivery.queue }, 'The database is away or busy; the consumer pauses');
          await pause(OUTAGE_PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
          if (this.#stopping.signal.aborted) return { kind: 'requeue' };
          continue;
        }
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (error instanceof DomainError || error instanceof MalformedEnvelope) {
          return { kind: 'dead-letter', reason };
        }
        this.#logger.error({ err: error, queue: delivery.queue, attempts: delivery.attempts + 1 }, 'A reaction failed');
        return { kind: 'retry', reason };
      }
    }
  }

  private async react(delivery: Delivery): Promise<void> {
    const found = this.all().get(delivery.queue);
    if (found === undefined) throw new Error(`There is no reaction for queue ${delivery.queue}`);
    const envelope = parseEnvelope(delivery.body);
    if (envelope.type !== found.subscription.event.type) {
      throw new MalformedEnvelope(`type ${envelope.type} does not belong in ${delivery.queue}`);
    }
    const { event, context } = openEnvelope(envelope, found.subscription.event);
    // Another program may have published it, with anything there.
    const traceparent = typeof envelope.traceparent === 'string' ? envelope.traceparent : null;
    await found.batches.run({ event, context, traceparent });
  }

  /** Messages of a queue that come at the same moment share a transaction, unless they are handled alone. One that fails takes no other with it. */
  private batchesOf({ queue, alone }: Subscription, reaction: Reaction): Batches<Message, void> {
    return new Batches<Message, void>({
      work: (messages) => this.#semaphore.run(() => this.reactTo({ queue, reaction, messages })),
      maxItems: alone ? 1 : BATCH_SIZE,
      maxConcurrent: alone ? MAX_CONCURRENT_ALONE : MAX_CONCURRENT_BATCHES,
      keysOf: ({ context: { id, subject } }) => [id.toLowerCase(), subject],
      // The broker delivers so many at most as the prefetch says.
      maxWaiting: Infinity,
      maxWaitMs: Infinity,
    });
  }

  private async reactTo({ queue, reaction, messages }: { queue: string; reaction: Reaction; messages: readonly Message[] }) {
    // In one order everywhere, so that two batches seldom wait for each other.
    const inOrder = [...messages].sort((a, b) => (a.context.subject < b.context.subject ? -1 : 1));
    try {
      await this.transactions.run(async () => {
        const added = await this.inbox.add({ queue, messageIds: messages.map(({ context }) => context.id) });
        for (const message of inOrder) if (added.has(message.context.id.toLowerCase())) await this.handle({ queue, reaction, message });
      });
    } catch (error) {
      // Also after a COMMIT: the inbox has the messages then.
      throw isDatabaseAway(error) ? error : new RepeatableError(error, 'one-by-one');
    }
    return messages.map(() => DONE);
  }

  private async handle({ queue, reaction, message }: { queue: string; reaction: Reaction; message: Message }): Promise<void> {
    const { event, context, traceparent: parent } = message;
    const span = { name: `react ${queue}`, kind: SPAN_KIND.consumer, parent, attributes: { 'messaging.destination.name': queue } };
    await this.cls.run({ ifNested: 'inherit' }, async () => {
      this.cls.set(CORRELATION_ID, context.correlationId ?? context.id);
      await inSpan(span, () => reaction.handle(event, context));
    });
  }

  private all(): ReadonlyMap<string, SubscribedReaction> {
    this.#all ??= this.discover();
    return this.#all;
  }

  private discover(): ReadonlyMap<string, SubscribedReaction> {
    const found = new Map<string, SubscribedReaction>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const subscription = subscriptionOf(metatype);
      if (subscription === null) continue;
      if (found.has(subscription.queue)) throw new Error(`Two reactions share the queue ${subscription.queue}`);
      found.set(subscription.queue, { subscription, batches: this.batchesOf(subscription, instance as Reaction) });
    }
    return found;
  }
}
