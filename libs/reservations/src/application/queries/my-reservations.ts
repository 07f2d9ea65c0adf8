import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { type KeysetRows, keysetRows, type Page, pageOf, preparedStatements } from '@app/platform/persistence/keyset.js';
import type { ReservationStatus } from '../../domain/reservation-state.js';
import { RESERVATION_COLUMNS, type ReservationRow, type ReservationView } from './reservation.view.js';
import { type ReservationsOrder, sortOf } from './parts/reservations-order.js';
import { ReservationViews } from './parts/reservation-views.js';

/** What a client gets that asks for nothing else. One page size: each would be a statement of its own, prepared on every connection. */
const OPENING_ORDER: ReservationsOrder = '-createdAt';
const OPENING_ROWS = 20;

interface MyReservationsFilter {
  /** Any of these. */
  readonly status?: readonly ReservationStatus[] | undefined;
  readonly showtimeId?: readonly string[] | undefined;
  readonly sort: ReservationsOrder;
  /** Whether the showtime is ahead or has started. */
  readonly when?: 'upcoming' | 'past' | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The reservations of a customer, in any order. Throws `InvalidCursor`. */
export class MyReservations extends Query<Page<ReservationView>> {
  constructor(
    readonly customerId: string,
    readonly filter: MyReservationsFilter,
  ) {
    super();
  }
}

@QueryHandler(MyReservations)
export class MyReservationsHandler implements IQueryHandler<MyReservations> {
  constructor(
    private readonly database: Database,
    private readonly views: ReservationViews,
    private readonly clock: Clock,
  ) {}

  async execute({ customerId, filter }: MyReservations): Promise<Page<ReservationView>> {
    const { rows, nextCursor } = isOpeningPage(filter) ? await this.openingPage(customerId) : await this.page(customerId, filter);
    return { data: await this.views.of(rows), page: { nextCursor } };
  }

  /** One statement reads the pages of all who ask at the same time. */
  private async openingPage(customerId: string): Promise<KeysetRows<ReservationRow>> {
    const found = await this.database.byKeys<ReservationRow>(
      `SELECT found.* FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations WHERE customer_id = asked.id ORDER BY id DESC LIMIT ${OPENING_ROWS + 1}) found`,
      [customerId],
      'customerId',
    );
    // SQL promises no order of all rows together. Those of a customer are in order already, so that sorting costs little.
    return pageOf(found.toSorted(newestFirst), { sort: sortOf(OPENING_ORDER).sort, limit: OPENING_ROWS });
  }

  private async page(customerId: string, filter: MyReservationsFilter): Promise<KeysetRows<ReservationRow>> {
    const { status, showtimeId, when, sort, limit, cursor } = filter;
    const now = this.clock.now();
    // Prepared where it is often asked. With filters there are hundreds of texts, and a connection would keep a plan of each.
    return keysetRows<ReservationRow>(isFiltered(filter) ? this.database : preparedStatements(this.database), {
      select: `SELECT ${RESERVATION_COLUMNS} FROM reservations.reservations`,
      filters: [
        ['customer_id = ?', customerId],
        ['showtime_id = ANY (?)', showtimeId],
        ['starts_at > ?', when === 'upcoming' ? now : undefined],
        ['starts_at <= ?', when === 'past' ? now : undefined],
      ],
      anyOf: [['status', status]],
      ...sortOf(sort),
      limit,
      cursor,
    });
  }
}

/** What apps open with. */
function isOpeningPage(filter: MyReservationsFilter): boolean {
  return filter.sort === OPENING_ORDER && filter.limit === OPENING_ROWS && filter.cursor === undefined && !isFiltered(filter);
}

function isFiltered({ status, showtimeId, when }: MyReservationsFilter): boolean {
  return status !== undefined || showtimeId !== undefined || when !== undefined;
}

/** Ids grow with the time of creation. */
function newestFirst(a: ReservationRow, b: ReservationRow): number {
  return a.id < b.id ? 1 : -1;
}
