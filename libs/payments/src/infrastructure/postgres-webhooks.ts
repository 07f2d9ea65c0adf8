import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';
import type { CardEvent } from '../domain/card-payments.js';
import { type StoredEvent, Webhooks, type WebhookStatus } from '../domain/webhooks.js';
import { backOff } from './back-off.js';

const PARKED_AFTER = 10;
const COLUMNS = `id, type, livemode, occurred_at, body, status, tries`;

@Injectable()
export class PostgresWebhooks extends Webhooks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    super();
  }

  async store({ id, type, livemode, occurredAt, body }: CardEvent): Promise<boolean> {
    const stored = await this.database.affected(
      `INSERT INTO payments.webhooks (id, type, livemode, occurred_at, received_at, status, body) VALUES ($1, $2, $3, $4, $5, 'received', $6)
       ON CONFLICT (id) DO NOTHING`,
      [id, type, livemode, occurredAt, this.clock.now(), JSON.stringify(body)],
    );
    return stored > 0;
  }

  async lock(id: string): Promise<StoredEvent | null> {
    const [event] = await this.database.query<StoredEvent>(`SELECT ${COLUMNS} FROM payments.webhooks WHERE id = $1 FOR UPDATE`, [id]);
    return event ?? null;
  }

  async find(id: string): Promise<StoredEvent | null> {
    const [event] = await this.database.query<StoredEvent>(`SELECT ${COLUMNS} FROM payments.webhooks WHERE id = $1`, [id]);
    return event ?? null;
  }

  async mark(id: string, status: Exclude<WebhookStatus, 'failed'>, note: string | null): Promise<void> {
    await this.database.query(`UPDATE payments.webhooks SET status = $2, note = $3, next_at = NULL WHERE id = $1`, [id, status, note]);
  }

  async failed(id: string, reason: string): Promise<{ parked: boolean }> {
    const [before] = await this.database.query<{ tries: number }>(`SELECT tries FROM payments.webhooks WHERE id = $1`, [id]);
    const tries = (before?.tries ?? 0) + 1;
    const parked = tries >= PARKED_AFTER;
    const nextAt = new Date(this.clock.now().getTime() + backOff(tries, this.settings.payments));
    await this.database.query(`UPDATE payments.webhooks SET status = $2, tries = $3, next_at = $4, note = $5 WHERE id = $1`, [
      id,
      parked ? 'parked' : 'failed',
      tries,
      parked ? null : nextAt,
      reason,
    ]);
    return { parked };
  }

  async nextFailed(): Promise<string | null> {
    const [event] = await this.database.query<{ id: string }>(
      `SELECT id FROM payments.webhooks WHERE status = 'failed' AND next_at <= $1 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [this.clock.now()],
    );
    return event?.id ?? null;
  }
}
