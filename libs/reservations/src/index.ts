export { ReservationsSettings } from './reservations.settings.js';
export { ReservationsApi, ReservationsWorker } from './reservations.module.js';
