import type { Clock } from '@app/kernel/clock.js';
import { StripeEventView } from '../application/queries/stripe-event.view.js';
import { NEW_EVENT, type StripeEventProgress } from '../domain/stripe-event.js';
import {
  type StripeEventWithStatus,
  type StripeEvent,
  type StripeEventBatch,
  StripeEvents,
  type StripeEventWithoutBody,
} from '../domain/stripe-events.js';

interface Row extends Omit<StripeEventWithStatus, 'body'> {
  readonly body: object | null;
  readonly receivedAt: Date;
  readonly nextAt: number | null;
}

/** Without locks. The first pause is one second. */
export class InMemoryStripeEvents extends StripeEvents {
  readonly all = new Map<string, Row>();

  constructor(private readonly clock: Clock) {
    super();
  }

  store(event: StripeEvent): Promise<boolean> {
    const isNew = !this.all.has(event.id);
    if (isNew) this.all.set(event.id, { ...event, ...NEW_EVENT, receivedAt: this.clock.now(), nextAt: null });
    return Promise.resolve(isNew);
  }

  lock(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null> {
    return this.find(id);
  }

  find(id: string): Promise<StripeEventWithStatus | StripeEventWithoutBody | null> {
    const row = this.all.get(id);
    if (row === undefined) return Promise.resolve(null);
    const { type, livemode, occurredAt, body, status, attempts, note } = row;
    const event = { id, type, livemode, occurredAt, status, attempts, note };
    return Promise.resolve(body === null ? { ...event, body } : { ...event, body });
  }

  update(id: string, progress: StripeEventProgress): Promise<void> {
    const nextAt = progress.status === 'failed' ? this.now + 1_000 * 2 ** (progress.attempts - 1) : null;
    this.change(id, { ...progress, nextAt });
    return Promise.resolve();
  }

  lockNextFailed(): Promise<string | null> {
    const due = [...this.all.values()].filter(({ status, nextAt }) => status === 'failed' && nextAt !== null && nextAt <= this.now);
    return Promise.resolve(due.sort((a, b) => a.nextAt! - b.nextAt!)[0]?.id ?? null);
  }

  deleteBodies(batch: StripeEventBatch): Promise<number> {
    const old = this.old(batch, ({ body, status }) => body !== null && ['applied', 'ignored', 'parked', 'dismissed'].includes(status));
    for (const { id } of old) this.change(id, { body: null });
    return Promise.resolve(old.length);
  }

  delete(batch: StripeEventBatch): Promise<number> {
    const old = this.old(batch, ({ status }) => ['applied', 'ignored', 'dismissed'].includes(status));
    for (const { id } of old) this.all.delete(id);
    return Promise.resolve(old.length);
  }

  /** As admins see it. */
  view(id: string): StripeEventView {
    const { type, status, attempts, note, occurredAt, receivedAt } = this.all.get(id)!;
    return StripeEventView.of({ id, type, status, attempts, note, occurredAt, receivedAt, objectId: null });
  }

  private old({ receivedBefore, limit }: StripeEventBatch, matches: (row: Row) => boolean): Row[] {
    const old = [...this.all.values()].filter((row) => row.receivedAt < receivedBefore && matches(row));
    return old.sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime()).slice(0, limit);
  }

  private change(id: string, changes: Partial<Row>): void {
    const row = this.all.get(id);
    if (row !== undefined) this.all.set(id, { ...row, ...changes });
  }

  private get now(): number {
    return this.clock.now().getTime();
  }
}
