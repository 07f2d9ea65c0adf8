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
}

const SUBSCRIPTION = Symbol('subscription');

export function Subscribe<E extends DomainEvent>(event: EventClass<E>, options: { queue: string }) {
  return (target: new (...dependencies: never[]) => Reaction<E>): void => {
    Injectable()(target);
    Object.defineProperty(target, SUBSCRIPTION, {
      value: { event: event as unknown as EventClass, queue: options.queue } satisfies Subscription,
    });
  };
}

/** The subscription of a class with `@Subscribe`, or null. */
export function subscriptionOf(target: unknown): Subscription | null {
  if (typeof target !== 'function') return null;
  return (target as { [SUBSCRIPTION]?: Subscription })[SUBSCRIPTION] ?? null;
}
