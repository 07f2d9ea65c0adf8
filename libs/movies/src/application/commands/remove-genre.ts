import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Genres } from '../../domain/genres.js';

export class RemoveGenre extends Command<void> {
  constructor(readonly genreId: string) {
    super();
  }
}

@CommandHandler(RemoveGenre)
export class RemoveGenreHandler implements ICommandHandler<RemoveGenre> {
  constructor(private readonly genres: Genres) {}

  async execute({ genreId }: RemoveGenre): Promise<void> {
    await this.genres.remove(genreId);
  }
}
