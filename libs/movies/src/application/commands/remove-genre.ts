import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Genres } from '../../domain/genres.js';

export class RemoveGenre extends Command<void> implements AdminCommand<void> {
  constructor(
    readonly adminId: string,
    readonly genreId: string,
  ) {
    super();
  }

  auditEntry() {
    return { action: 'movies.remove-genre', subject: this.genreId };
  }
}

@CommandHandler(RemoveGenre)
export class RemoveGenreHandler implements ICommandHandler<RemoveGenre> {
  constructor(
    private readonly genres: Genres,
    private readonly transactions: Transactions,
  ) {}

  async execute({ genreId }: RemoveGenre): Promise<void> {
    await this.transactions.run(() => this.genres.remove(genreId));
  }
}
