import type { TheatreState } from '../../domain/theatre.js';

export interface TheatreView {
  id: string;
  status: 'open';
  name: string;
  timeZone: string;
  currency: string;
}

export type TheatreRow = Pick<TheatreState, 'id' | 'name' | 'timeZone' | 'currency'>;

export const THEATRE_COLUMNS = `id, name, time_zone, currency`;

export function viewOfTheatre({ id, name, timeZone, currency }: TheatreRow): TheatreView {
  return { id, status: 'open', name, timeZone, currency };
}
