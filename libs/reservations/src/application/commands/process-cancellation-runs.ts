import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { type CancellationRun, CancellationRuns } from '../../domain/cancellation-runs.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH = 50;
const logger = new Logger('CancellationRuns');

/** Ends a batch of reservations of each cancellation run, and owes what was paid. Returns whether any run made progress. */
export class ProcessCancellationRuns extends Command<boolean> {}

@CommandHandler(ProcessCancellationRuns)
export class ProcessCancellationRunsHandler implements ICommandHandler<ProcessCancellationRuns> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<boolean> {
    let progress = false;
    for (const run of await this.runs.unfinished()) {
      try {
        await this.process(run);
        progress = true;
      } catch (error) {
        logger.error({ err: error, showtimeId: run.showtimeId }, 'A cancellation run failed and will be tried again; the others continue');
      }
    }
    return progress;
  }

  /** One transaction a reservation: each is short, and a process that dies loses at most one. */
  private async process(run: CancellationRun): Promise<void> {
    const ids = await this.runs.remaining(run, BATCH);
    for (const id of ids) {
      await this.reservations.change({ id }, (reservation) => reservation.endByCinema({ ...run, at: this.clock.now() }));
    }
    if (ids.length < BATCH) await this.runs.finish(run, this.clock.now());
  }
}
