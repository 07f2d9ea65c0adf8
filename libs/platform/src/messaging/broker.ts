/** The port of a message broker. RabbitMQ and the broker kept in PostgreSQL implement it and pass one contract suite. */
import type { Envelope } from './envelope.js';

export const EXCHANGE = 'cinema.events';
/** Gets every event of `EXCHANGE`. What none of our bindings wants here is unrouted, also where the log or a subscriber is bound to everything there. */
export const REACTIONS_EXCHANGE = 'cinema.reactions';
/** Keeps every event for some days, for subscribers: a stream of RabbitMQ. */
export const EVENT_LOG = 'cinema.events.log';
/** Accepts the events that this system publishes without a subscription of its own, and keeps none: they are for subscribers from outside. */
export const UNSUBSCRIBED = 'cinema.unsubscribed';
/** Keeps the messages that should have found a queue and did not. A person looks at them. */
export const UNROUTED = 'cinema.unrouted';
export const DEAD_LETTERS = 'cinema.dead-letters';
/** The queue behind the exchange of that name. The exchange keeps its name, because the arguments of other queues hold it. */
export const DEAD_LETTERS_QUEUE = 'cinema.dead-letters.quorum';

/** A message that was delivered so often without an end becomes a dead letter. The crash of a process counts for all of its deliveries. */
export const DELIVERY_LIMIT = 50;

export interface Binding {
  readonly queue: string;
  /** Exact event type. */
  readonly type: string;
}

export interface Delivery {
  readonly queue: string;
  /** As it arrived; it may be anything. */
  readonly body: string;
  /** Failures so far. */
  readonly attempts: number;
}

/**
 * How a delivery ended. `retry` is delivered again after the next delay, and is a dead letter after the last one. `requeue` returns the message
 * without counting an attempt: the process shuts down.
 */
export type Outcome =
  { kind: 'acknowledge' } | { kind: 'retry'; reason: string } | { kind: 'dead-letter'; reason: string } | { kind: 'requeue' };

export type Deliver = (delivery: Delivery) => Promise<Outcome>;

export interface DeadLetter {
  /** The queue where it became a dead letter. */
  readonly queue: string;
  /** Null for a message without an id of ours. */
  readonly messageId: string | null;
  readonly reason: string;
  readonly attempts: number;
  readonly body: string;
}

/** Keeps a dead letter for a person. Called again for the same letter, it keeps one. */
export type StoreDeadLetter = (letter: DeadLetter) => Promise<void>;

/** Ids of messages. What is in neither set has no answer: the broker went away meanwhile. */
export interface PublishResult {
  readonly confirmed: ReadonlySet<string>;
  /** The broker is there and refuses these. */
  readonly refused: ReadonlySet<string>;
}

/** The broker is there and refuses this message. */
export class PublishRefused extends Error {}

/** The message was refused because nothing would keep it. */
export class QueueMissing extends PublishRefused {
  constructor(readonly queue: string) {
    super(`There is no queue ${queue}`);
  }
}

/** The broker has an exchange or a queue of ours with another type or other arguments, or forbids it. A person must mend that. */
export class TopologyMismatch extends Error {}

/** The broker is there and refuses our user, password or virtual host. A person must mend that. */
export class BrokerLoginRefused extends Error {}

export abstract class Broker {
  abstract readonly kind: 'rabbitmq' | 'postgresql';

  /** Which of several addresses is used, such as `address 2 of 3`. Null where there is one, or while the broker is away. */
  get address(): string | null {
    return null;
  }

  /**
   * Declares exchanges, queues and bindings; harmless when repeated. `unsubscribed` are types without a reaction.
   * Throws `TopologyMismatch`, or any other error when the broker is away.
   */
  abstract declare(bindings: readonly Binding[], unsubscribed?: readonly string[]): Promise<void>;

  /**
   * Ends a binding whose reaction is gone: no event reaches the queue any more. Deletes the queue once it is empty. Returns false while messages
   * are left in it. Throws when the broker is away.
   */
  abstract unbind(binding: Binding): Promise<boolean>;

  /** Publishes in order. Throws when the broker is away and answered nothing. */
  abstract publish(messages: readonly Envelope[]): Promise<PublishResult>;

  /** Delivers from these queues, at most `prefetch` messages of a queue at once, and continues after outages until `stopConsuming`. */
  abstract consume(bindings: readonly Binding[], deliver: Deliver): void;

  /** Puts a message into one queue, as if it had never failed. Throws `QueueMissing`, `PublishRefused`, or any other error when the broker is away. */
  abstract redeliver(queue: string, messageId: string | null, body: string): Promise<void>;

  /** Returns how many messages found no queue and wait for a person. Throws when the broker is away. */
  abstract unroutedCount(): Promise<number>;

  /** Accepts no more deliveries and waits for those in progress. */
  abstract stopConsuming(): Promise<void>;

  /** Closes every connection. */
  abstract close(): Promise<void>;

  /** Leaves everything as the crash of the process would. Deliveries in progress return to other consumers. */
  abstract abandon(): void;

  /** Answers quickly. Throws `TopologyMismatch` until a declaration succeeds, or any other error when the broker is away. */
  abstract ping(): Promise<void>;
}
