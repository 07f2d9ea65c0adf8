import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Movies } from '../../domain/movies.js';
import { REMOVE_UNUSED_POSTER, posterSubject } from '../jobs/remove-unused-poster.js';

/** Longer than a client may keep an answer that leads to the old images. */
export const REPLACED_POSTER_KEPT_MS = 600_000;

/** The images of the poster are stored already. */
export class SetPoster extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
    readonly posterId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'movies.set-poster', subject: this.movieId, details: { posterId: this.posterId } };
  }
}

@CommandHandler(SetPoster)
export class SetPosterHandler implements ICommandHandler<SetPoster> {
  constructor(
    private readonly movies: Movies,
    private readonly jobs: Jobs,
    private readonly transactions: Transactions,
  ) {}

  async execute({ movieId, posterId }: SetPoster): Promise<void> {
    await this.transactions.run(async () => {
      const previous = await this.movies.change(movieId, (movie) => movie.setPoster(posterId));
      await this.jobs.withdraw({ kind: REMOVE_UNUSED_POSTER, subject: posterSubject({ movieId, posterId }) });
      if (previous === null) return;
      const subject = posterSubject({ movieId, posterId: previous });
      await this.jobs.enqueue([{ kind: REMOVE_UNUSED_POSTER, subject, delayMs: REPLACED_POSTER_KEPT_MS }]);
    });
  }
}
