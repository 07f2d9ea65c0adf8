/** Repeats a piece of work: never twice at once in a process, and a failure does not end it. */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { ClsService } from 'nestjs-cls';
import { ShutdownDeadline } from '../concurrency/shutdown-deadline.js';
import { isDatabaseAway } from '../persistence/database-errors.js';
import { SCHEDULE_FAILING } from '../telemetry/alert.js';
import { LastingFault } from '../telemetry/lasting-fault.js';
import { counter } from '../telemetry/metrics.js';
import { CORRELATION_ID } from '../telemetry/correlation-id.js';

/** One run that fails is repaired by the next one. */
const FAILING_AFTER_MS = 60_000;

const RUNS = counter('cinema_schedule_runs_total', 'Runs of schedules, by how they ended', ['schedule', 'outcome']);

/** `work` returns true when more is waiting: it is called again at once. */
@Injectable()
export abstract class Schedule implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger(this.constructor.name);
  readonly #failing = new LastingFault({
    code: SCHEDULE_FAILING,
    message: 'A schedule fails again and again',
    afterMs: FAILING_AFTER_MS,
  });
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #deadline: ShutdownDeadline | null = null;

  constructor(
    private readonly cls: ClsService,
    /** From the end of one run to the start of the next. */
    private readonly tickMs: number,
  ) {}

  protected abstract work(): Promise<boolean | void>;

  onApplicationBootstrap(): void {
    this.scheduleNext();
  }

  onModuleDestroy(): void {
    this.#deadline = new ShutdownDeadline();
    clearTimeout(this.#timer);
  }

  /** A run that hangs ends with the process. Every run must be able to end so. */
  async beforeApplicationShutdown(): Promise<void> {
    if ((await this.#deadline?.finished(this.#running)) === false) this.#logger.error('A scheduled run did not end in time');
  }

  private scheduleNext(): void {
    if (this.#deadline !== null) return;
    this.#timer = setTimeout(() => {
      this.#running = this.run();
    }, this.tickMs);
  }

  private async run(): Promise<void> {
    try {
      let hasMore: boolean | void = true;
      while (hasMore === true && this.#deadline === null) {
        hasMore = await this.cls.run(() => {
          this.cls.set(CORRELATION_ID, newId());
          return this.work();
        });
        this.#failing.clear();
      }
      RUNS.inc({ schedule: this.constructor.name, outcome: 'done' });
    } catch (error) {
      RUNS.inc({ schedule: this.constructor.name, outcome: 'failed' });
      if (isDatabaseAway(error)) this.#logger.warn({ err: error }, 'The database is away; the next run tries again');
      else {
        this.#logger.error({ err: error }, 'A scheduled run failed; the next run tries again');
        this.#failing.report({ schedule: this.constructor.name, reason: String(error) });
      }
    }
    this.scheduleNext();
  }
}
