import { randomUUID } from 'node:crypto';
import type { CatalogueEntry } from '../application/commands/import-movies.js';
import type { FilmFacts } from '../domain/film.js';
import type { Genre } from '../domain/genre.js';
import { Movie } from '../domain/movie.js';

export function aFilm(own: Partial<FilmFacts> = {}): FilmFacts {
  return {
    title: `Film ${randomUUID()}`,
    description: 'About waiting.',
    runtimeMinutes: 100,
    releaseDate: '2016-11-11',
    ageRating: 'PG-13',
    ...own,
  };
}

export function aMovie(own: Partial<FilmFacts & { genres: readonly Genre[] }> = {}): Movie {
  return Movie.add({ ...aFilm(own), genres: own.genres ?? [] });
}

export function anEntry(own: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return { ...aFilm(own), genres: own.genres ?? [] };
}

export function aGenre(name = `Genre ${randomUUID()}`): Genre {
  return { id: randomUUID(), name };
}
