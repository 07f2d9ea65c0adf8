import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Movies } from '../../domain/movies.js';
import { REMOVE_UNUSED_POSTER, posterSubject, removalOfReplaced } from '../jobs/remove-unused-poster.js';

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
      if (previous !== null) await this.jobs.enqueue([removalOfReplaced({ movieId, posterId: previous })]);
    });
  }
}
