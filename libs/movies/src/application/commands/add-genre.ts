import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { newId } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { tidy } from '../../domain/film.js';
import type { Genre } from '../../domain/genre.js';
import { Genres } from '../../domain/genres.js';

export class AddGenre extends Command<Genre> {
  constructor(readonly name: string) {
    super();
  }
}

@CommandHandler(AddGenre)
export class AddGenreHandler implements ICommandHandler<AddGenre> {
  constructor(
    private readonly genres: Genres,
    private readonly database: Database,
  ) {}

  async execute({ name }: AddGenre): Promise<Genre> {
    return this.database.once(async () => {
      const genre = { id: newId(), name: tidy(name) };
      await this.genres.add(genre);
      return genre;
    });
  }
}
