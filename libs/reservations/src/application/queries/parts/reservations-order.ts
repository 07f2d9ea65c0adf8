/** In which order reservations are listed. */
import type { SortColumn } from '@app/platform/persistence/keyset.js';
import type { ReservationRow } from '../reservation.view.js';

export const RESERVATIONS_ORDERS = ['-createdAt', 'createdAt', 'startsAt', '-startsAt'] as const;
export type ReservationsOrder = (typeof RESERVATIONS_ORDERS)[number];

/** Ids grow with the time of creation. */
const ID: SortColumn<ReservationRow> = { column: 'id', property: 'id', type: 'uuid' };
const START: SortColumn<ReservationRow> = { column: 'starts_at', property: 'startsAt', type: 'timestamptz' };

export function sortOf(order: ReservationsOrder): { sort: SortColumn<ReservationRow>[]; direction: 'asc' | 'desc' } {
  return { sort: order.endsWith('startsAt') ? [START, ID] : [ID], direction: order.startsWith('-') ? 'desc' : 'asc' };
}
