/** Movies and genres for specs, each with a title or name of its own. */
import { randomUUID } from 'node:crypto';
import type { CatalogueEntry } from '../application/commands/import-movies.js';
import type { Genre } from '../domain/genre.js';
import type { MovieDetails } from '../domain/movie-details.js';
import { Movie } from '../domain/movie.js';

export function someDetails(own: Partial<MovieDetails> = {}): MovieDetails {
  return {
    title: `Movie ${randomUUID()}`,
    description: 'About waiting.',
    runtimeMinutes: 100,
    releaseDate: '2016-11-11',
    ageRating: 'PG-13',
    ...own,
  };
}

export function aMovie(own: Partial<MovieDetails & { genres: readonly Genre[] }> = {}): Movie {
  return Movie.add({ ...someDetails(own), genres: own.genres ?? [] });
}

export function anEntry(own: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return { ...someDetails(own), genres: own.genres ?? [] };
}

export function aGenre(name = `Genre ${randomUUID()}`): Genre {
  return { id: randomUUID(), name };
}
