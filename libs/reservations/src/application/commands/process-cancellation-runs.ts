import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { type CancellationRun, CancellationRuns } from '../../domain/cancellation-runs.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH = 50;
const logger = new Logger('CancellationRuns');

/** Ends reservations of cancelled or moved showtimes, a batch of each run a call. Resumable: what is left is counted, not remembered. Answers whether more is left. */
export class ProcessCancellationRuns extends Command<boolean> {}

@CommandHandler(ProcessCancellationRuns)
export class ProcessCancellationRunsHandler implements ICommandHandler<ProcessCancellationRuns> {
  constructor(
    private readonly runs: CancellationRuns,
    private readonly reservations: Reservations,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<boolean> {
    const runs = await this.runs.unfinished();
    let progress = false;
    for (const run of runs) {
      try {
        await this.workOff(run);
        progress = true;
      } catch (error) {
        logger.error({ err: error, showtimeId: run.showtimeId }, 'A cancellation run got stuck; the others go on');
      }
    }
    return progress;
  }

  /** One transaction a reservation: each is short, and a death in between loses nothing. */
  private async workOff(run: CancellationRun): Promise<void> {
    const ids = await this.runs.remaining(run, BATCH);
    for (const id of ids) {
      await this.reservations.change(id, (reservation) => reservation.cancelByCinema(run.reason, this.clock.now()));
    }
    if (ids.length < BATCH) await this.runs.finish(run, this.clock.now());
  }
}
