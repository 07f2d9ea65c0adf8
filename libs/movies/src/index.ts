export { type CatalogueEntry, ImportMovies, type ImportedCatalogue, type LeftOutEntry } from './application/commands/import-movies.js';
export { type LostPoster, LostPosters, type LostPostersPage } from './application/queries/lost-posters.js';
export { MOVIE_LIMITS, isReleaseDate } from './domain/movie-details.js';
export { PosterStorageUnavailable } from './domain/errors.js';
export { MoviesSettings } from './movies.settings.js';
export { MoviesApi, MoviesModule, MoviesWorker } from './movies.module.js';
export { posterStorageFindings } from './infrastructure/poster-storage-findings.js';
