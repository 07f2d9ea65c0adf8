import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Alerts } from '@app/kernel/alerts.js';
import { Clock } from '@app/kernel/clock.js';
import { isDatabaseAway } from '@app/platform/persistence/database-errors.js';
import { RESERVATION_NOT_ENDED } from '../../domain/alert-codes.js';
import { type CancellationRun, CancellationRuns } from '../../domain/cancellation-runs.js';
import { Reservations } from '../../domain/reservations.js';

const BATCH_SIZE = 50;
/** Eight workers that begin at the same moment find mostly different reservations of so many. */
const CANDIDATE_COUNT = 8 * BATCH_SIZE;
/** A minute at the default tick. An error that passes is repaired by the next round. */
const ALERT_EVERY_ROUNDS = 60;
const logger = new Logger('CancellationRuns');

/**
 * Ends a batch of reservations of each cancellation run, and owes what was paid. Returns whether any run made progress: without progress
 * the round is over, and the next one tries again what failed.
 */
export class ProcessCancellationRuns extends Command<boolean> {}

@CommandHandler(ProcessCancellationRuns)
export class ProcessCancellationRunsHandler implements ICommandHandler<ProcessCancellationRuns> {
  /** The reservations of each run that failed in this round: the next pages are without them. */
  readonly #failed = new Map<string, string[]>();
  /** In how many rounds in a row each reservation has failed, this round included; and the same until the round before. */
  #failures = new Map<string, number>();
  #failuresBefore = new Map<string, number>();

  constructor(
    private readonly runs: CancellationRuns,
    private readonly reservations: Reservations,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<boolean> {
    let progress = false;
    try {
      progress = await this.processEach(await this.runs.unfinished());
    } finally {
      if (!progress) this.endRound();
    }
    return progress;
  }

  private async processEach(runs: readonly CancellationRun[]): Promise<boolean> {
    let progress = false;
    // Workers that begin at the same moment do not all begin with the same run.
    const first = Math.floor(Math.random() * runs.length);
    for (const run of [...runs.slice(first), ...runs.slice(0, first)]) {
      try {
        progress = (await this.process(run)) || progress;
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        logger.error({ err: error, showtimeId: run.showtimeId }, 'A cancellation run failed and will be tried again; the others continue');
      }
    }
    return progress;
  }

  /** One transaction a reservation: each is short, and a process that dies loses at most one. Returns whether the run made progress. */
  private async process(run: CancellationRun): Promise<boolean> {
    const key = `${run.showtimeId} ${run.showtimeVersion}`;
    const failed = this.#failed.get(key) ?? [];
    const ids = await this.runs.remaining(run, { except: failed, limit: BATCH_SIZE, candidateCount: CANDIDATE_COUNT });
    for (const id of ids) {
      try {
        await this.reservations.change({ id }, (reservation) => reservation.endByCinema({ ...run, at: this.clock.now() }));
      } catch (error) {
        // A statement that was given up may be the fault of this one reservation.
        if (isDatabaseAway(error)) throw error;
        failed.push(id);
        this.#failed.set(key, failed);
        this.countFailure(run, id, error);
      }
    }
    if (ids.length === BATCH_SIZE) return true;
    if (failed.length > 0) return false;
    await this.runs.finish(run, this.clock.now());
    return true;
  }

  private countFailure({ showtimeId }: CancellationRun, reservationId: string, error: unknown): void {
    const rounds = (this.#failuresBefore.get(reservationId) ?? 0) + 1;
    this.#failures.set(reservationId, rounds);
    const details = { reservationId, showtimeId, err: error };
    if (rounds === 1) logger.error(details, 'A reservation could not be ended and will be tried again; the others continue');
    if (rounds % ALERT_EVERY_ROUNDS === 0) {
      this.alerts.raise(RESERVATION_NOT_ENDED, 'A reservation of a cancelled or moved showtime cannot be ended', details);
    }
  }

  private endRound(): void {
    this.#failed.clear();
    this.#failuresBefore = this.#failures;
    this.#failures = new Map();
  }
}
