import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { tidy } from '../../domain/film.js';
import type { Genre } from '../../domain/genre.js';
import { Genres } from '../../domain/genres.js';

export class RenameGenre extends Command<Genre> {
  constructor(
    readonly genreId: string,
    readonly name: string,
  ) {
    super();
  }
}

@CommandHandler(RenameGenre)
export class RenameGenreHandler implements ICommandHandler<RenameGenre> {
  constructor(private readonly genres: Genres) {}

  async execute({ genreId, name }: RenameGenre): Promise<Genre> {
    const genre = { id: genreId, name: tidy(name) };
    await this.genres.rename(genre);
    return genre;
  }
}
