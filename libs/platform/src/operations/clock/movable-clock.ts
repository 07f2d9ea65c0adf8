/** Domain time that can be moved for the whole system: real time plus an offset that is kept in the database and read by every process. */
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { bringJobsForward } from '../../jobs/bring-jobs-forward.js';
import { Database } from '../../persistence/database.js';

/** How often a process reads the offset that another one may have changed. */
const READ_INTERVAL_MS = 200;

@Injectable()
export class MovableClock extends Clock implements OnModuleInit, OnApplicationShutdown {
  #offsetMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  constructor(private readonly database: Database) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  override get offsetMs(): number {
    return this.#offsetMs;
  }

  /** Moves the clock of every process ahead. Resolves when all of them have had time to read the new offset. */
  async advance(milliseconds: number): Promise<void> {
    await this.database.query('UPDATE platform.clock SET offset_ms = offset_ms + $1', [milliseconds]);
    await this.waitForEveryProcess();
  }

  /** Sets the clock of every process back to real time. Resolves when all of them have had time to read the new offset. */
  async reset(): Promise<void> {
    const [before] = await this.database.query<{ offsetMs: number }>('SELECT offset_ms FROM platform.clock');
    await this.database.query('UPDATE platform.clock SET offset_ms = 0');
    await this.waitForEveryProcess();
    // Only now: until then a process could still request a job at the moved time.
    await bringJobsForward(this.database, { byMs: before?.offsetMs ?? 0 });
  }

  /** Schedules, consumers and the admin from the settings start at application bootstrap: they must find the moved clock. */
  async onModuleInit(): Promise<void> {
    await this.readOffset();
    this.scheduleRead();
  }

  onApplicationShutdown(): void {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
  }

  /** The next read starts only after the last one ended: while the database is away, more would take every connection of the pool. */
  private scheduleRead(): void {
    if (this.#isShutDown) return;
    this.#timer = setTimeout(
      () =>
        void this.readOffset()
          .catch(() => undefined)
          .finally(() => this.scheduleRead()),
      READ_INTERVAL_MS,
    ).unref();
  }

  private async waitForEveryProcess(): Promise<void> {
    await this.readOffset();
    await new Promise((resolve) => setTimeout(resolve, 2 * READ_INTERVAL_MS));
  }

  private async readOffset(): Promise<void> {
    const [row] = await this.database.query<{ offsetMs: number }>('SELECT offset_ms FROM platform.clock');
    this.#offsetMs = row?.offsetMs ?? 0;
  }
}
