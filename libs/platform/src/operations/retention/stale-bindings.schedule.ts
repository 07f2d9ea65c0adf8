/** Ends the bindings of reactions that are gone: otherwise their queues would receive events for ever. */
import { Injectable, Logger } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../../config/settings.js';
import { Database } from '../../persistence/database.js';
import { Schedule } from '../../schedule/schedule.js';
import { Broker, UNSUBSCRIBED, type Binding } from '../../messaging/broker.js';
import { Reactions } from '../../messaging/reactions.js';

/** While versions are replaced, workers of both run: no binding is ended that some worker declared within this. */
const GRACE_HOURS = 24;

/** `messaging.bindings` says which worker declared what and when, for both brokers: RabbitMQ itself cannot be asked over AMQP. */
@Injectable()
export class StaleBindings extends Schedule {
  readonly #log = new Logger(StaleBindings.name);

  constructor(
    cls: ClsService,
    settings: Settings,
    private readonly database: Database,
    private readonly broker: Broker,
    private readonly reactions: Reactions,
  ) {
    super(cls, settings.housekeeping.tickMs);
  }

  /** At once: a worker of another version may be about to look for what nobody declared lately. */
  override onApplicationBootstrap(): void {
    super.onApplicationBootstrap();
    void this.recordDeclared(this.reactions.bindings()).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'The bindings are declared later'),
    );
  }

  protected async work(): Promise<void> {
    await this.recordDeclared(this.reactions.bindings());
    const stale = await this.database.query<Binding>(
      `SELECT queue, type FROM messaging.bindings WHERE queue <> $1 AND declared_at < now() - $2 * interval '1 hour' ORDER BY queue, type`,
      [UNSUBSCRIBED, GRACE_HOURS],
    );
    for (const binding of stale) await this.end(binding);
  }

  private async recordDeclared(bindings: readonly Binding[]): Promise<void> {
    await this.database.query(
      `INSERT INTO messaging.bindings (queue, type) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT (type, queue) DO UPDATE SET declared_at = now(), unbound_at = NULL`,
      [bindings.map(({ queue }) => queue), bindings.map(({ type }) => type)],
    );
  }

  private async end({ queue, type }: Binding): Promise<void> {
    if (!(await this.broker.unbind({ queue, type }))) {
      this.#log.warn({ queue, type }, 'The reaction of this queue is gone, and messages are left in it');
      return;
    }
    await this.database.query('DELETE FROM messaging.bindings WHERE queue = $1 AND type = $2', [queue, type]);
    this.#log.log({ queue, type }, 'A queue without a reaction was taken away');
  }
}
