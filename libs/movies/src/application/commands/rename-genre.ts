import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';
import { normaliseText } from '@app/kernel/text.js';

/** Resolves to whether the name changed. */
export class RenameGenre extends Command<boolean> implements AdminCommand<boolean> {
  constructor(
    readonly adminId: string,
    readonly genreId: string,
    readonly name: string,
  ) {
    super();
  }

  auditEntry(changed: boolean) {
    return changed ? { action: 'movies.rename-genre', subject: this.genreId, details: { name: normaliseText(this.name) } } : null;
  }
}

@CommandHandler(RenameGenre)
export class RenameGenreHandler implements ICommandHandler<RenameGenre> {
  constructor(
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ genreId, name }: RenameGenre): Promise<boolean> {
    return this.transactions.run(() =>
      this.genres.change(genreId, (genre) => {
        genre.rename(name);
        return genre.hasChanged;
      }),
    );
  }
}
