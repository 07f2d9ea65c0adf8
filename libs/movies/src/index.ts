export { MoviesApi, MoviesWorker } from './movies.module.js';
