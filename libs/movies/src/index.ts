export { type CatalogueEntry, ImportMovies, type ImportedCatalogue } from './application/commands/import-movies.js';
export { FILM_LIMITS, comparable, isReleaseDate } from './domain/film.js';
export { MoviesApi, MoviesModule, MoviesWorker } from './movies.module.js';
