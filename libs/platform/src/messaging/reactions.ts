/** Runs reactions: at least once on the wire, once in effect, because the inbox row commits with the effect. */
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DomainError } from '@app/kernel/domain-error.js';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { Inbox } from '../persistence/inbox.js';
import { isDatabaseUnavailable } from '../persistence/postgres-errors.js';
import { Transactions } from '../persistence/transactions.js';
import { Semaphore } from '../concurrency/semaphore.js';
import type { Binding, Delivery, Outcome } from './broker.js';
import { MalformedEnvelope, openEnvelope, parseEnvelope } from './envelope.js';
import { type Reaction, type Subscription, subscriptionOf } from './subscribe.js';

/** How often a paused consumer looks whether the database is back. */
const PAUSE = 1_000;

/** Every event type of the system; given by the app, so that the platform need not know the contracts. */
export abstract class KnownEvents {
  abstract readonly types: readonly string[];
}

@Injectable()
export class Reactions {
  readonly #logger = new Logger(Reactions.name);
  readonly #stopping = new AbortController();
  /** The queues together may deliver more at once than there are connections; the other half is for the relay, the schedules and the broker. */
  readonly #turns: Semaphore;

  constructor(
    private readonly known: KnownEvents,
    private readonly discovery: DiscoveryService,
    private readonly transactions: Transactions,
    private readonly inbox: Inbox,
    private readonly cls: ClsService,
    settings: Settings,
  ) {
    this.#turns = new Semaphore(Math.ceil(settings.database.poolSize / 2));
  }

  bindings(): Binding[] {
    return [...this.all().values()].map(({ subscription }) => ({ queue: subscription.queue, type: subscription.event.type }));
  }

  /** Types of this system that nothing here reacts to. */
  unsubscribedTypes(): string[] {
    const heard = new Set(this.bindings().map(({ type }) => type));
    return this.known.types.filter((type) => !heard.has(type));
  }

  /** Deliveries paused by an outage are given back. */
  stop(): void {
    this.#stopping.abort();
  }

  /** How a delivery ended. The database being away pauses here instead of using up the message's attempts. */
  async deliver(delivery: Delivery): Promise<Outcome> {
    for (;;) {
      try {
        await this.#turns.run(() => this.react(delivery));
        return { kind: 'done' };
      } catch (error) {
        if (isDatabaseUnavailable(error)) {
          this.#logger.warn({ err: error, queue: delivery.queue }, 'The database is away; the consumer pauses');
          await pause(PAUSE, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
          if (this.#stopping.signal.aborted) return { kind: 'release' };
          continue;
        }
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (error instanceof DomainError || error instanceof MalformedEnvelope) {
          return { kind: 'dead', reason };
        }
        this.#logger.error({ err: error, queue: delivery.queue, attempts: delivery.attempts + 1 }, 'A reaction failed');
        return { kind: 'retry', reason };
      }
    }
  }

  private async react(delivery: Delivery): Promise<void> {
    const found = this.all().get(delivery.queue);
    if (found === undefined) throw new Error(`Nobody reacts to queue ${delivery.queue}`);
    const envelope = parseEnvelope(delivery.body);
    if (envelope.type !== found.subscription.event.type) {
      throw new MalformedEnvelope(`type ${envelope.type} does not belong into ${delivery.queue}`);
    }
    const { event, context } = openEnvelope(envelope, found.subscription.event);
    await this.cls.run(async () => {
      this.cls.set('correlationId', context.correlationId ?? context.id);
      await this.transactions.run(async () => {
        const isNew = await this.inbox.add({ queue: delivery.queue, messageId: context.id });
        if (isNew) await found.reaction.handle(event, context);
      });
    });
  }

  private all(): Map<string, { subscription: Subscription; reaction: Reaction }> {
    this.#all ??= this.discover();
    return this.#all;
  }
  #all: Map<string, { subscription: Subscription; reaction: Reaction }> | null = null;

  private discover(): Map<string, { subscription: Subscription; reaction: Reaction }> {
    const found = new Map<string, { subscription: Subscription; reaction: Reaction }>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const subscription = subscriptionOf(metatype);
      if (subscription === null) continue;
      if (found.has(subscription.queue)) throw new Error(`Two reactions share the queue ${subscription.queue}`);
      found.set(subscription.queue, { subscription, reaction: instance as Reaction });
    }
    return found;
  }
}
