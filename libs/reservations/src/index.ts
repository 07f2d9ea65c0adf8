export { ReservationsSettings } from './reservations.settings.js';
export { ReservationsApi, ReservationsModule, ReservationsWorker } from './reservations.module.js';
