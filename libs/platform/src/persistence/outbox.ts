/** The outbox: events are written in the transaction of their aggregate, and the relay publishes them from there. */
import { Injectable } from '@nestjs/common';
import type { AggregateRoot, AggregateState } from '@app/kernel/aggregate-root.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { ClsService } from 'nestjs-cls';
import { OutboxSignal } from './outbox-signal.js';
import { Database } from './database.js';
import { Transactions } from './transactions.js';

@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cls: ClsService,
    private readonly transactions: Transactions,
    private readonly signal: OutboxSignal,
  ) {}

  /** Writes all events of these aggregates in one statement. Call it last in the transaction: rows are published in the order of their position. */
  async append(aggregates: readonly AggregateRoot<AggregateState>[]): Promise<void> {
    const columns: [ids: string[], types: string[], subjects: string[], sequences: number[], data: string[]] = [[], [], [], [], []];
    const { rehearsed } = this.transactions;
    if (rehearsed !== null) {
      for (const aggregate of aggregates) rehearsed.push(...aggregate.takeEvents().map(({ event }) => event));
      return;
    }
    for (const aggregate of aggregates) {
      for (const { event, sequence } of aggregate.takeEvents()) {
        columns[0].push(newId());
        columns[1].push(event.type);
        columns[2].push(aggregate.id);
        columns[3].push(sequence);
        columns[4].push(JSON.stringify(event.data));
      }
    }
    if (columns[0].length === 0) return;
    await this.database.prepared(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, data, time, correlation_id)
       SELECT id, type, subject, sequence, data, $6, $7 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::jsonb[]) AS e (id, type, subject, sequence, data)`,
      [...columns, this.clock.now(), this.cls.isActive() ? (this.cls.get<string | undefined>('correlationId') ?? null) : null],
    );
    this.transactions.afterCommit(() => this.signal.notify());
  }
}
