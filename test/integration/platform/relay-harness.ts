/** A relay on a real database, with a broker that records what it gets. */
import { AggregateRoot, type AggregateState } from '@app/kernel/aggregate-root.js';
import { DomainEvent } from '@app/kernel/domain-event.js';
import { newId } from '@app/kernel/id.js';
import { Broker, type PublishResult } from '@app/platform/messaging/broker.js';
import type { Envelope } from '@app/platform/messaging/envelope.js';

class TicketPrinted extends DomainEvent<{ n: number }> {
  static readonly type = 'test.ticket-printed.v1';
}

export class Machine extends AggregateRoot<AggregateState> {
  static create(): Machine {
    return new Machine({ id: newId(), version: 0 });
  }

  print(n: number): void {
    this.record(new TicketPrinted({ n }));
  }
}

export const ids = (messages: readonly Envelope[]): string[] => messages.map(({ id }) => id);

/** Accepts and keeps every message, except those that a test refuses. */
export class RecordingBroker extends Broker {
  readonly kind = 'postgresql';
  readonly published: Envelope[] = [];
  isAway = false;
  /** Calls so far. */
  calls = 0;
  /** Until this resolves, no publish ends. */
  blockedBy: Promise<void> | null = null;
  refuses: (message: Envelope) => boolean = () => false;

  async publish(messages: readonly Envelope[]): Promise<PublishResult> {
    this.calls++;
    if (this.blockedBy !== null) await this.blockedBy;
    if (this.isAway) throw new Error('connect ECONNREFUSED');
    const accepted = messages.filter((message) => !this.refuses(message));
    this.published.push(...accepted);
    return { confirmed: new Set(ids(accepted)), refused: new Set(ids(messages.filter(this.refuses))) };
  }

  declare(): Promise<void> {
    this.calls++;
    return this.isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve();
  }
  unbind(): Promise<boolean> {
    return Promise.resolve(true);
  }
  consume(): void {}
  unroutedCount(): Promise<number> {
    return Promise.resolve(0);
  }
  redeliver(): Promise<void> {
    return Promise.resolve();
  }
  stopConsuming(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  abandon(): void {}
  ping(): Promise<void> {
    return Promise.resolve();
  }
}
