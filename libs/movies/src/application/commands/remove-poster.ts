import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Jobs } from '@app/platform/jobs/jobs.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Movies } from '../../domain/movies.js';
import { removalOfReplaced } from '../jobs/remove-unused-poster.js';

/** Resolves to the id of the poster that the movie had. Throws `MovieNotFound` or `NoPoster`. */
export class RemovePoster extends Command<string> implements AdminCommand<string> {
  constructor(
    readonly adminId: string,
    readonly movieId: string,
  ) {
    super();
  }

  auditEntry(posterId: string) {
    return { action: 'movies.remove-poster', subject: this.movieId, details: { posterId } };
  }
}

@CommandHandler(RemovePoster)
export class RemovePosterHandler implements ICommandHandler<RemovePoster> {
  constructor(
    private readonly movies: Movies,
    private readonly jobs: Jobs,
    private readonly transactions: Transactions,
  ) {}

  async execute({ movieId }: RemovePoster): Promise<string> {
    return this.transactions.run(async () => {
      const posterId = await this.movies.change(movieId, (movie) => movie.removePoster());
      await this.jobs.enqueue([removalOfReplaced({ movieId, posterId })]);
      return posterId;
    });
  }
}
