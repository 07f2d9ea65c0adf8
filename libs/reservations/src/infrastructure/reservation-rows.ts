/** SQL of the reservation's row, made from its schema: a new field needs no change here. */
import type { Database } from '@app/platform/persistence/database.js';
import { Reservation } from '../domain/reservation.js';
import { NEW_HOLD, type ReservationState } from '../domain/reservation-state.js';
import { OPEN_SALES } from '../domain/sales-status.js';
import type { ChangeSituation } from '../domain/situations.js';
import { reservationSchema } from './reservation.schema.js';

interface Column {
  readonly property: keyof ReservationState;
  readonly name: string;
  readonly type: string;
}

const COLUMNS: readonly Column[] = Object.entries(reservationSchema.options.columns).map(([property, column]) => ({
  property: property as keyof ReservationState,
  name: column?.name ?? property,
  type: column?.type as string,
}));
/** Of a new hold only these differ: a parameter is an array to send, to read and to keep. */
const OF_HOLD = COLUMNS.filter(({ property }) => !(property in NEW_HOLD));
const ALIKE = COLUMNS.filter(({ property }) => property in NEW_HOLD);

const namesOf = (columns: readonly Column[]): string => columns.map(({ name }) => name).join();

/** A row source: one array for each column, from the first parameter on. */
const unnest = (columns: readonly Column[]): string => `unnest(${columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join()})`;

export const INSERT_HOLDS = `
  INSERT INTO reservations.reservations (${namesOf([...OF_HOLD, ...ALIKE])})
  SELECT ${namesOf(OF_HOLD)}, ${ALIKE.map(literal).join()} FROM ${unnest(OF_HOLD)} AS new (${namesOf(OF_HOLD)})`;

/** In random order where there are more candidates than the limit, so that workers choose different ones. The arguments name parameters. */
export const randomOrder = (candidateCount: string, limit: string): string =>
  `CASE WHEN ${candidateCount}::int > ${limit} THEN random() END`;

/** Updates the rows and frees the seats of expired and cancelled reservations; a completed one keeps them for the record. */
const UPDATE = `
  WITH changed AS (
    UPDATE reservations.reservations r SET ${COLUMNS.map(({ name }) => `${name} = new.${name}`).join()}
    FROM ${unnest(COLUMNS)} AS new (${namesOf(COLUMNS)})
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

/** The parameters of `INSERT_HOLDS`. */
export function holdArrays(states: readonly ReservationState[]): unknown[][] {
  return arraysOf(OF_HOLD, states);
}

function arraysOf(columns: readonly Column[], states: readonly ReservationState[]): unknown[][] {
  return columns.map(({ property, type }) => states.map((state) => cell(state[property], type)));
}

export async function updateReservations(database: Database, states: readonly ReservationState[]): Promise<void> {
  await database.prepared(UPDATE, arraysOf(COLUMNS, states));
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

/** node-pg writes a `Date` by the local time of the process, which takes it ten times as long. */
function cell(value: unknown, type: string): unknown {
  if (type === 'jsonb') return JSON.stringify(value);
  return value instanceof Date ? value.toISOString() : value;
}

/** Of a value of the code, so that there is nothing to escape. */
function literal({ property, type }: Column): string {
  const value = NEW_HOLD[property as keyof typeof NEW_HOLD];
  return value === null ? `NULL::${type}` : `'${String(cell(value, type))}'::${type}`;
}
