/** Runs reactions: a message is delivered at least once and has its effect once, because the inbox row commits with the effect. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DomainError } from '@app/kernel/domain-error.js';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { Inbox } from '../persistence/inbox.js';
import { isDatabaseUnavailable, isStatementGivenUp } from '../persistence/database-errors.js';
import { Transactions } from '../persistence/transactions.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { counter, durations, secondsSince } from '../telemetry/metrics.js';
import { SPAN_KIND, inSpan } from '../telemetry/tracing.js';
import type { Binding, Delivery, Outcome } from './broker.js';
import { type Envelope, MalformedEnvelope, openEnvelope, parseEnvelope } from './envelope.js';
import { type Reaction, type Subscription, subscriptionOf } from './subscribe.js';

/** How often a paused delivery tries whether the database is back. */
const OUTAGE_PAUSE_MS = 1_000;

/** How often a lock or statement time-out is tried again on the spot. After that it is a failure of the reaction as any other. */
const GIVEN_UP_AGAIN = 2;

const DELIVERIES = counter('cinema_reactions_total', 'Deliveries to reactions, by how they ended', ['queue', 'outcome']);
const DURATIONS = durations('cinema_reaction_duration_seconds', 'From a delivery to its end, pauses during outages included', ['queue']);

/** Every event type of the system. An app provides it: the platform does not know the contracts. */
export abstract class KnownEvents {
  abstract readonly types: readonly string[];
}

interface SubscribedReaction {
  readonly subscription: Subscription;
  readonly reaction: Reaction;
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
    for (let givenUp = 0; ;) {
      try {
        await this.#semaphore.run(() => this.react(delivery));
        return { kind: 'acknowledge' };
      } catch (error) {
        if (isStatementGivenUp(error)) givenUp++;
        if (isDatabaseUnavailable(error) && givenUp <= GIVEN_UP_AGAIN) {
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
    const { queue } = delivery;
    // A stranger may have published it with anything there.
    const parent = typeof envelope.traceparent === 'string' ? envelope.traceparent : null;
    const span = { name: `react ${queue}`, kind: SPAN_KIND.consumer, parent, attributes: { 'messaging.destination.name': queue } };
    await inSpan(span, () => this.reactTo(found, envelope, queue));
  }

  private async reactTo({ subscription, reaction }: SubscribedReaction, envelope: Envelope, queue: string): Promise<void> {
    const { event, context } = openEnvelope(envelope, subscription.event);
    await this.cls.run(async () => {
      this.cls.set('correlationId', context.correlationId ?? context.id);
      await this.transactions.run(async () => {
        const isNew = await this.inbox.add({ queue, messageId: context.id });
        if (isNew) await reaction.handle(event, context);
      });
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
      found.set(subscription.queue, { subscription, reaction: instance as Reaction });
    }
    return found;
  }
}
