import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { newId } from '@app/kernel/id.js';
import { withVersion } from '@app/platform/persistence/resource-version.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import { normaliseText } from '@app/kernel/text.js';
import type { GenreView } from '../queries/genre.view.js';

/** A version counts events, and a genre that is added records none. */
const FIRST_VERSION = 0;

export class AddGenre extends Command<GenreView> implements AdminCommand<GenreView> {
  constructor(
    readonly adminId: string,
    readonly name: string,
  ) {
    super();
  }

  auditEntry({ id, name }: GenreView) {
    return { action: 'movies.add-genre', subject: id, details: { name } };
  }
}

@CommandHandler(AddGenre)
export class AddGenreHandler implements ICommandHandler<AddGenre> {
  constructor(
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ name }: AddGenre): Promise<GenreView> {
    return this.transactions.idempotently(async () => {
      const genre = { id: newId(), name: normaliseText(name) };
      await this.genres.add(genre);
      return withVersion(genre, FIRST_VERSION);
    });
  }
}
