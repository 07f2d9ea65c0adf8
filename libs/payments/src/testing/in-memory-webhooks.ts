import type { Clock } from '@app/kernel/clock.js';
import type { WebhookView } from '../application/queries/webhooks.js';
import type { CardEvent } from '../domain/card-payments.js';
import { type StoredEvent, Webhooks, type WebhookStatus } from '../domain/webhooks.js';

const PARKED_AFTER = 10;

interface Row extends StoredEvent {
  readonly note: string | null;
  readonly receivedAt: Date;
  readonly nextAt: number | null;
}

/** Without locks and with a first pause of one second. */
export class InMemoryWebhooks extends Webhooks {
  readonly all = new Map<string, Row>();

  constructor(private readonly clock: Clock) {
    super();
  }

  store(event: CardEvent): Promise<boolean> {
    const isNew = !this.all.has(event.id);
    if (isNew) this.all.set(event.id, { ...event, status: 'received', tries: 0, note: null, receivedAt: this.clock.now(), nextAt: null });
    return Promise.resolve(isNew);
  }

  lock(id: string): Promise<StoredEvent | null> {
    return this.find(id);
  }

  find(id: string): Promise<StoredEvent | null> {
    const row = this.all.get(id);
    if (row === undefined) return Promise.resolve(null);
    const { type, livemode, occurredAt, body, status, tries } = row;
    return Promise.resolve({ id, type, livemode, occurredAt, body, status, tries });
  }

  mark(id: string, status: Exclude<WebhookStatus, 'failed'>, note: string | null): Promise<void> {
    this.change(id, { status, note, nextAt: null });
    return Promise.resolve();
  }

  failed(id: string, reason: string): Promise<{ parked: boolean }> {
    const tries = (this.all.get(id)?.tries ?? 0) + 1;
    const parked = tries >= PARKED_AFTER;
    const nextAt = parked ? null : this.now + 1_000 * 2 ** (tries - 1);
    this.change(id, { status: parked ? 'parked' : 'failed', tries, note: reason, nextAt });
    return Promise.resolve({ parked });
  }

  nextFailed(): Promise<string | null> {
    const ready = [...this.all.values()].filter(({ status, nextAt }) => status === 'failed' && nextAt !== null && nextAt <= this.now);
    return Promise.resolve(ready.sort((a, b) => a.nextAt! - b.nextAt!)[0]?.id ?? null);
  }

  /** As admins see it. */
  view(id: string): WebhookView {
    const { type, status, tries, note, occurredAt, receivedAt } = this.all.get(id)!;
    const times = { occurredAt: occurredAt.toISOString(), receivedAt: receivedAt.toISOString() };
    return { id, type, status, tries, note, ...times, objectId: null };
  }

  private change(id: string, changes: Partial<Row>): void {
    const row = this.all.get(id);
    if (row !== undefined) this.all.set(id, { ...row, ...changes });
  }

  private get now(): number {
    return this.clock.now().getTime();
  }
}
