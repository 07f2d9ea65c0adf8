/** `@Subscribe` marks a reaction: a provider whose `handle` is called for every event of one type, from a queue of its own. */
import { Injectable } from '@nestjs/common';
import type { DomainEvent, EventClass, EventContext } from '@app/kernel/domain-event.js';

export interface Reaction<E extends DomainEvent = DomainEvent> {
  /** Runs in the transaction of its inbox row. A `DomainError` makes the message a dead letter at once; any other error is retried. */
  handle(event: E, context: EventContext): Promise<void>;
}

export interface Subscription {
  readonly event: EventClass;
  /** `<context>.<file-name>` */
  readonly queue: string;
  /** Each message has a transaction of its own. */
  readonly alone: boolean;
}

const SUBSCRIPTION = Symbol('subscription');

/**
 * Messages of the same moment share a transaction, which keeps its locks until the last of them. `alone`: for a reaction that locks more than rows of its
 * event's subject, which others would wait for, and in an order that is not theirs.
 */
export function Subscribe<E extends DomainEvent>(event: EventClass<E>, { queue, alone = false }: { queue: string; alone?: boolean }) {
  return (target: new (...dependencies: never[]) => Reaction<E>): void => {
    Injectable()(target);
    Object.defineProperty(target, SUBSCRIPTION, {
      value: { event: event as unknown as EventClass, queue, alone } satisfies Subscription,
    });
  };
}

/** The subscription of a class with `@Subscribe`, or null. */
export function subscriptionOf(target: unknown): Subscription | null {
  if (typeof target !== 'function') return null;
  return (target as { [SUBSCRIPTION]?: Subscription })[SUBSCRIPTION] ?? null;
}
