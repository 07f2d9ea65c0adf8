/** Domain time that can be moved for the whole system: real time plus an offset stored in the database, which every process follows. */
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '../persistence/database.js';

/** How often a process looks whether another one has moved the clock. */
const FOLLOW_EVERY = 200;

@Injectable()
export class MovableClock extends Clock implements OnApplicationBootstrap, OnApplicationShutdown {
  #offset = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(private readonly database: Database) {
    super();
  }

  now(): Date {
    return new Date(Date.now() + this.#offset);
  }

  get offset(): number {
    return this.#offset;
  }

  /** Moves every process's clock ahead and resolves when they all had time to follow. */
  async advance(milliseconds: number): Promise<void> {
    await this.database.query('UPDATE platform.clock SET offset_ms = offset_ms + $1', [milliseconds]);
    await this.follow();
    await new Promise((resolve) => setTimeout(resolve, 2 * FOLLOW_EVERY));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follow();
    this.followAgain();
  }

  onApplicationShutdown(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** One look at a time: while the database is away they would take up the whole pool. */
  private followAgain(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(
      () =>
        void this.follow()
          .catch(() => undefined)
          .finally(() => this.followAgain()),
      FOLLOW_EVERY,
    ).unref();
  }

  private async follow(): Promise<void> {
    const [row] = await this.database.query<{ offset_ms: number }>('SELECT offset_ms FROM platform.clock');
    this.#offset = row?.offset_ms ?? 0;
  }
}
