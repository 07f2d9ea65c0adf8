/** Work that is looked for again and again: never twice at once in a process, never stopped by a failure. */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { newId } from '@app/kernel/id.js';
import { ClsService } from 'nestjs-cls';
import { isDatabaseUnavailable } from '../persistence/postgres-errors.js';
import { ShutdownDeadline } from '../concurrency/shutdown-deadline.js';

/** A schedule extends this and says how often and what. `work` answers true when more is waiting, so that it is called again at once. */
@Injectable()
export abstract class Schedule implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  readonly #logger = new Logger(this.constructor.name);
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #drain: ShutdownDeadline | null = null;

  constructor(
    private readonly cls: ClsService,
    /** Milliseconds between the end of one look and the next. */
    private readonly every: number,
  ) {}

  protected abstract work(): Promise<boolean | void>;

  onApplicationBootstrap(): void {
    this.next();
  }

  onModuleDestroy(): void {
    this.#drain = new ShutdownDeadline();
    clearTimeout(this.#timer);
  }

  /** A look that hangs is left to the end of the process: whatever it was at must survive that anyway. */
  async beforeApplicationShutdown(): Promise<void> {
    if ((await this.#drain?.finished(this.#running)) === false) this.#logger.error('A scheduled look did not end in time');
  }

  private next(): void {
    if (this.#drain !== null) return;
    this.#timer = setTimeout(() => {
      this.#running = this.look();
    }, this.every);
  }

  private async look(): Promise<void> {
    try {
      let more: boolean | void = true;
      while (more === true && this.#drain === null) {
        more = await this.cls.run(() => {
          this.cls.set('correlationId', newId());
          return this.work();
        });
      }
    } catch (error) {
      if (isDatabaseUnavailable(error)) this.#logger.warn({ err: error }, 'The database is away; looking again later');
      else this.#logger.error({ err: error }, 'A scheduled look failed; looking again later');
    }
    this.next();
  }
}
