export { ReservationsApi, ReservationsWorker } from './reservations.module.js';
