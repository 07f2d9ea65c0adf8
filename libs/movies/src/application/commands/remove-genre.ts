import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import type { Genre } from '../../domain/genre.js';
import { Genres } from '../../domain/genres.js';

/** Resolves to the genre as it was. */
export class RemoveGenre extends Command<Genre> implements AdminCommand<Genre> {
  constructor(
    readonly adminId: string,
    readonly genreId: string,
  ) {
    super();
  }

  auditEntry({ id, name }: Genre) {
    return { action: 'movies.remove-genre', subject: id, details: { name } };
  }
}

@CommandHandler(RemoveGenre)
export class RemoveGenreHandler implements ICommandHandler<RemoveGenre> {
  constructor(
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ genreId }: RemoveGenre): Promise<Genre> {
    return this.transactions.run(() => this.genres.remove(genreId));
  }
}
