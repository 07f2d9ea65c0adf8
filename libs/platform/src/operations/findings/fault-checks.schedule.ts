/** Looks for faults that no request reports: servers that are away or take no writes, a clock that is wrong, events that do not leave, messages that found no queue. */
import { hostname } from 'node:os';
import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../../config/settings.js';
import { Broker, TopologyMismatch } from '../../messaging/broker.js';
import { Database } from '../../persistence/database.js';
import { WriteRefusals } from '../../persistence/write-refusals.js';
import { Schedule } from '../../schedule/schedule.js';
import {
  BROKER_AWAY,
  CLOCK_DIFFERS,
  DATABASE_AWAY,
  DATABASE_REFUSES_WRITES,
  MESSAGES_UNROUTED,
  OUTBOX_LATE,
} from '../../telemetry/alert.js';
import { LastingFault } from '../../telemetry/lasting-fault.js';
import { gauge } from '../../telemetry/metrics.js';
import { clockSkewMs, MAX_SKEW_MS } from './clock-skew.js';

const AWAY = gauge('cinema_server_away_seconds', 'For how long the server has not answered; 0: it answers', ['server']);
const SKEW = gauge('cinema_clock_skew_seconds', 'By how much the clock of the database is ahead of that of this process; behind: negative');
/** A full disk takes some writes and refuses others: it is full until none was refused for so long. */
const DISK_FULL_FOR_MS = 15 * 60_000;

const UNROUTED = gauge('cinema_unrouted_messages', 'Messages that found no queue, and wait for a person');

/** Of every process. */
@Injectable()
export class DatabaseCheck extends Schedule {
  readonly #away: LastingFault;
  readonly #clockDiffers = new LastingFault({
    code: CLOCK_DIFFERS,
    message: "The clock of this process is not the database's",
    afterMs: 0,
  });

  readonly #readOnly: LastingFault;
  readonly #diskFull = new LastingFault({ code: DATABASE_REFUSES_WRITES, message: 'The disk of the database is full', afterMs: 0 });

  constructor(
    cls: ClsService,
    { faults }: Settings,
    private readonly database: Database,
    private readonly refusals: WriteRefusals,
  ) {
    super(cls, faults.tickMs);
    const afterMs = faults.serverAwayMs;
    this.#away = new LastingFault({ code: DATABASE_AWAY, message: 'The database does not answer', afterMs });
    this.#readOnly = new LastingFault({ code: DATABASE_REFUSES_WRITES, message: 'The database is read-only', afterMs });
  }

  protected async work(): Promise<void> {
    const reason = this.refusals.reasonWithin(DISK_FULL_FOR_MS);
    if (reason !== null) this.#diskFull.report({ reason });
    else this.#diskFull.clear();
    let isReadOnly = false;
    await clockSkewMs(async () => {
      const answer = await this.askDatabase();
      ({ isReadOnly } = answer);
      return answer.now;
    }).then(
      (skewMs) => {
        this.#away.clear();
        if (isReadOnly) this.#readOnly.report({});
        else this.#readOnly.clear();
        this.compareClocks(skewMs);
      },
      (error: unknown) => this.#away.report({ reason: String(error) }),
    );
    AWAY.set({ server: 'database' }, this.#away.seconds);
  }

  private async askDatabase(): Promise<{ now: Date; isReadOnly: boolean }> {
    const [row] = await this.database.query<{ now: Date; isReadOnly: boolean }>(
      `SELECT clock_timestamp() AS now, current_setting('transaction_read_only')::boolean AS is_read_only`,
    );
    if (row === undefined) throw new Error('The database gave no time');
    return row;
  }

  /** Holds expire, and searches begin where the last one ended, by the clock of the process that does it. */
  private compareClocks(skewMs: number): void {
    SKEW.set(skewMs / 1_000);
    if (Math.abs(skewMs) > MAX_SKEW_MS) this.#clockDiffers.report({ host: hostname(), databaseIsAheadSeconds: skewMs / 1_000 });
    else this.#clockDiffers.clear();
  }
}

/** Of the processes that need the broker. A topology that differs has an alert of its own. */
@Injectable()
class BrokerCheck extends Schedule {
  readonly #away: LastingFault;
  readonly #unrouted = new LastingFault({ code: MESSAGES_UNROUTED, message: 'Messages found no queue', afterMs: 0 });

  constructor(
    cls: ClsService,
    { faults }: Settings,
    private readonly broker: Broker,
  ) {
    super(cls, faults.tickMs);
    this.#away = new LastingFault({ code: BROKER_AWAY, message: 'The broker does not answer', afterMs: faults.serverAwayMs });
  }

  protected async work(): Promise<void> {
    let answers = true;
    try {
      await this.broker.ping();
    } catch (error) {
      answers = error instanceof TopologyMismatch;
      if (!answers) this.#away.report({ reason: String(error) });
    }
    if (answers) this.#away.clear();
    AWAY.set({ server: 'broker' }, this.#away.seconds);
    if (answers) await this.countUnrouted();
  }

  /** Where the broker does not say it, nothing is known: an alert that was raised stays. */
  private async countUnrouted(): Promise<void> {
    const count = await this.broker.unroutedCount().catch(() => null);
    if (count === null) return;
    UNROUTED.set(count);
    if (count > 0) this.#unrouted.report({ count });
    else this.#unrouted.clear();
  }
}

/** Also where broker and database answer: a relay that hangs, or none. */
@Injectable()
class OutboxCheck extends Schedule {
  readonly #late = new LastingFault({ code: OUTBOX_LATE, message: 'Events do not reach the broker', afterMs: 0 });

  constructor(
    cls: ClsService,
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super(cls, settings.faults.tickMs);
  }

  protected async work(): Promise<void> {
    const { outboxLateMs } = this.settings.faults;
    const [oldest] = await this.database.query<{ id: string; type: string; time: Date }>(
      'SELECT id, type, time FROM messaging.outbox WHERE published_at IS NULL AND parked_at IS NULL ORDER BY position LIMIT 1',
    );
    const ageMs = oldest === undefined ? 0 : this.clock.now().getTime() - oldest.time.getTime();
    if (ageMs > outboxLateMs) this.#late.report({ oldest: oldest?.id, type: oldest?.type, ageSeconds: Math.round(ageMs / 1_000) });
    else this.#late.clear();
  }
}

@Module({})
export class FaultChecksModule {
  static for({ runsWorker }: { runsWorker: boolean }): DynamicModule {
    return { module: FaultChecksModule, providers: [DatabaseCheck, ...(runsWorker ? [BrokerCheck, OutboxCheck] : [])] };
  }
}
