/** SQL of the reservation's row, made from its schema: a new field needs no change here. */
import type { Database } from '@app/platform/persistence/database.js';
import { Reservation } from '../domain/reservation.js';
import type { ReservationState } from '../domain/reservation-state.js';
import { type ChangeSituation, OPEN_SALES } from '../domain/situations.js';
import { reservationSchema } from './reservation.schema.js';

const COLUMNS = Object.entries(reservationSchema.options.columns).map(([property, column]) => ({
  property: property as keyof ReservationState,
  name: column?.name ?? property,
  type: column?.type as string,
}));
export const RESERVATION_NAMES = COLUMNS.map(({ name }) => name).join();

/** A row source: one array for each column, from the parameter `first` on. */
export const unnestReservations = (first: number): string => `unnest(${COLUMNS.map(({ type }, i) => `$${first + i}::${type}[]`).join()})`;

/** In random order where there are more candidates than the limit, so that workers choose different ones. The arguments name parameters. */
export const randomOrder = (candidateCount: string, limit: string): string =>
  `CASE WHEN ${candidateCount}::int > ${limit} THEN random() END`;

/** Updates the rows and frees the seats of expired and cancelled reservations; a completed one keeps them for the record. */
const UPDATE = `
  WITH changed AS (
    UPDATE reservations.reservations r SET ${COLUMNS.map(({ name }) => `${name} = new.${name}`).join()}
    FROM ${unnestReservations(1)} AS new (${RESERVATION_NAMES})
    WHERE r.id = new.id RETURNING r.id, r.status)
  DELETE FROM reservations.seat_claims c USING changed WHERE c.reservation_id = changed.id AND changed.status IN ('expired', 'cancelled')`;

const SELECT = `
  SELECT ${COLUMNS.map(({ name }) => `r.${name}`).join()}, sales.closed AS sales_closed, sales.version AS sales_version
  FROM reservations.reservations r LEFT JOIN reservations.sales_statuses sales ON sales.showtime_id = r.showtime_id`;

interface Row extends ReservationState {
  /** Null where the showtime was never moved or cancelled. */
  readonly salesClosed: boolean | null;
  readonly salesVersion: number | null;
}

export interface ReservationInSituation {
  readonly reservation: Reservation;
  readonly situation: ChangeSituation;
}

/** The parameters of `unnestReservations`. */
export function reservationArrays(states: readonly ReservationState[]): unknown[][] {
  return COLUMNS.map(({ property, type }) => states.map((state) => cell(state[property], type)));
}

export async function updateReservations(database: Database, states: readonly ReservationState[]): Promise<void> {
  await database.query(UPDATE, reservationArrays(states));
}

/** `rest` follows the FROM clause, in which the reservation is `r`. It must be one of few. */
export async function selectReservations(
  database: Database,
  rest: string,
  parameters: readonly unknown[],
): Promise<ReservationInSituation[]> {
  const rows = await database.prepared<Row>(`${SELECT} ${rest}`, parameters);
  return rows.map(({ salesClosed: closed, salesVersion: version, ...state }) => ({
    reservation: new Reservation(state),
    situation: { salesStatus: closed === null || version === null ? OPEN_SALES : { closed, version } },
  }));
}

function cell(value: unknown, type: string): unknown {
  return type === 'jsonb' ? JSON.stringify(value) : value;
}
