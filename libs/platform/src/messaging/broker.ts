/** What the system needs of a message broker; RabbitMQ and the broker kept in PostgreSQL give the same and pass one contract suite. */
import type { Envelope } from './envelope.js';

export const EXCHANGE = 'cinema.events';
/** Takes the events this system publishes but does not react to itself, and keeps none: they are for subscribers from outside. */
export const UNSUBSCRIBED = 'cinema.unheard';
/** Keeps what should have found a queue and did not: to be looked at. */
export const UNROUTED = 'cinema.unrouted';
export const DEAD_LETTERS = 'cinema.dead-letters';

/** A message that killed its consumer this often (a process dying in the middle counts for everything it had in hand) goes to the dead letters. */
export const DELIVERY_LIMIT = 50;

export interface Binding {
  readonly queue: string;
  /** Exact event type. */
  readonly type: string;
}

export interface Delivery {
  readonly queue: string;
  /** As it came; may be anything. */
  readonly body: string;
  /** Failures so far. */
  readonly attempts: number;
}

/** `retry` waits for the next delay of the ladder, after the last one it is `dead`; `release` gives it back untouched (shutting down). */
export type Outcome = { kind: 'done' } | { kind: 'retry'; reason: string } | { kind: 'dead'; reason: string } | { kind: 'release' };

export interface DeadLetter {
  /** Where it died. */
  readonly queue: string;
  /** Null for a message that never had one of ours. */
  readonly messageId: string | null;
  readonly reason: string;
  readonly attempts: number;
  readonly body: string;
}

/** Keeps a dead letter for a person to look at; called again for the same letter it keeps one. */
export type StoreDeadLetter = (letter: DeadLetter) => Promise<void>;

/** The broker is there but will not take this message. */
export class PublishRefused extends Error {}

/** The message was not taken, because nothing would keep it. */
export class QueueMissing extends PublishRefused {
  constructor(readonly queue: string) {
    super(`There is no queue ${queue}`);
  }
}

export abstract class Broker {
  abstract readonly kind: 'rabbitmq' | 'postgresql';

  /** Declares exchanges, queues and bindings; harmless when repeated. `unheard` are types without a reaction. Throws when the broker is away. */
  abstract declare(bindings: readonly Binding[], unheard?: readonly string[]): Promise<void>;

  /** Publishes in order and answers the ids the broker has taken responsibility for. Throws `PublishRefused` or, when it is away, anything else. */
  abstract publish(messages: readonly Envelope[]): Promise<ReadonlySet<string>>;

  /** Starts delivering from these queues, at most `prefetch` at once a queue, and goes on through outages until `stop`. */
  abstract consume(bindings: readonly Binding[], deliver: (delivery: Delivery) => Promise<Outcome>): void;

  /** Puts a message back into one queue, as if it had never failed. Throws `QueueMissing`, `PublishRefused` or, when it is away, anything else. */
  abstract redeliver(queue: string, messageId: string | null, body: string): Promise<void>;

  /** Takes no more; waits for what is in hand. */
  abstract stopConsuming(): Promise<void>;

  /** Lets go of every connection. */
  abstract close(): Promise<void>;

  /** Drops everything where it stands, as the death of the process would; what was in hand comes back to others. */
  abstract abandon(): void;

  /** Answers quickly, and throws when the broker is away. */
  abstract ping(): Promise<void>;
}
