export { ShowtimesApi, ShowtimesWorker } from './showtimes.module.js';
