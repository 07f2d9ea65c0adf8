export { type CatalogueEntry, ImportMovies, type ImportedCatalogue, type LeftOutEntry } from './application/commands/import-movies.js';
export { MOVIE_LIMITS, isReleaseDate } from './domain/movie-details.js';
export { MoviesSettings } from './movies.settings.js';
export { MoviesApi, MoviesModule, MoviesWorker } from './movies.module.js';
export { posterStorageFindings } from './infrastructure/poster-storage-findings.js';
