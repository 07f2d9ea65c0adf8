/** The outbox: events are written in the transaction of their aggregate, and the relay publishes them from there. */
import { Injectable } from '@nestjs/common';
import type { AggregateRoot, AggregateState } from '@app/kernel/aggregate-root.js';
import { Clock } from '@app/kernel/clock.js';
import { newId } from '@app/kernel/id.js';
import { OutboxSignal } from './outbox-signal.js';
import { Database } from './database.js';
import { type RequestOrigin, Transactions } from './transactions.js';

@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly signal: OutboxSignal,
  ) {}

  /** Removes fields of the data of an aggregate's events of a type: those that name a person who is erased. */
  async removeFields({ subject, type, fields }: { subject: string; type: string; fields: readonly string[] }): Promise<void> {
    await this.database.query(`UPDATE messaging.outbox SET data = data - $3::text[] WHERE subject = $1 AND type = $2`, [
      subject,
      type,
      fields,
    ]);
  }

  /** Writes all events of these aggregates in one statement. Call it last in the transaction: rows are published in the order of their position. */
  async append(aggregates: readonly AggregateRoot<AggregateState>[]): Promise<void> {
    const { correlationId, traceparent } = this.transactions.origin;
    await this.appendOf(aggregates.map((aggregate) => ({ aggregate, correlationId, traceparent })));
  }

  /** As `append`, for aggregates that several requests have changed. */
  async appendOf(
    changes: readonly ({ readonly aggregate: AggregateRoot<AggregateState> } & Pick<RequestOrigin, 'correlationId' | 'traceparent'>)[],
  ): Promise<void> {
    const { rehearsed } = this.transactions;
    if (rehearsed !== null) {
      for (const { aggregate } of changes) rehearsed.push(...aggregate.takeEvents().map(({ event }) => event));
      return;
    }
    const rows = changes.flatMap(({ aggregate, correlationId, traceparent }) =>
      aggregate
        .takeEvents()
        .map(({ event, sequence }) => ({ id: newId(), event, subject: aggregate.id, sequence, correlationId, traceparent })),
    );
    if (rows.length === 0) return;
    await this.database.prepared(
      `INSERT INTO messaging.outbox (id, type, subject, sequence, data, correlation_id, traceparent, time)
       SELECT id, type, subject, sequence, data, correlation_id, traceparent, $8
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::jsonb[], $6::text[], $7::text[])
         AS e (id, type, subject, sequence, data, correlation_id, traceparent)`,
      [
        rows.map(({ id }) => id),
        rows.map(({ event }) => event.type),
        rows.map(({ subject }) => subject),
        rows.map(({ sequence }) => sequence),
        rows.map(({ event }) => JSON.stringify(event.data)),
        rows.map(({ correlationId }) => correlationId),
        rows.map(({ traceparent }) => traceparent),
        this.clock.now(),
      ],
    );
    this.transactions.afterCommit(() => this.signal.notify());
  }
}
