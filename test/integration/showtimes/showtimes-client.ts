/** A system with one theatre, and an admin who adds movies, rooms and showtimes over HTTP. */
import { randomUUID } from 'node:crypto';
import { MINUTE_MS } from '@app/kernel/durations.js';
import { type HttpResponse, type Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem, type InProcessSystemOptions } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';

/** Before every date at which a suite schedules, and within the 730 days that a showtime may lie ahead. */
const CLOCK_AT = '2026-12-01T12:00:00Z';

export class ShowtimesClient {
  private constructor(
    readonly system: InProcessSystem,
    readonly token: string,
    readonly theatre: Json,
  ) {}

  static async start(options: InProcessSystemOptions = { worker: false }): Promise<ShowtimesClient> {
    const system = await startInProcessSystem({ clockAt: CLOCK_AT, longLockWaits: true, ...options });
    const token = await system.adminToken();
    return new ShowtimesClient(system, token, await openTheatre(system, token));
  }

  close(): Promise<void> {
    return this.system.close();
  }

  openTheatre(own: Json = {}): Promise<Json> {
    return openTheatre(this.system, this.token, own);
  }

  /** Three standard and two premium seats. */
  openRoom(own: Json = {}, theatreId: string = this.theatre.id): Promise<Json> {
    const body = { name: `Room ${randomUUID()}`, seatPlan: { layout: ['sss', 'pp'] }, ...own };
    return this.system.expectOk('POST', `/theatres/${theatreId}/rooms`, { token: this.token, body });
  }

  /** A hundred minutes long. */
  addMovie(own: Json = {}): Promise<Json> {
    const body = { title: `Movie ${randomUUID()}`, description: 'A movie about waiting in line.', runtimeMinutes: 100, ...own };
    return this.system.expectOk('POST', '/movies', { token: this.token, body });
  }

  schedule(movie: Json, room: Json, startsAt: string, own: Json = {}, headers: Record<string, string> = {}): Promise<HttpResponse> {
    const body = { movieId: movie.id, roomId: room.id, startsAt, prices: { standard: 1_200, premium: 1_500 }, ...own };
    return this.system.post('/showtimes', body, { token: this.token, headers });
  }

  /** In a room and of a movie of its own unless told otherwise. */
  async createShowtime(own: { movie?: Json; room?: Json; startsAt?: string } = {}): Promise<Json> {
    const startsAt = own.startsAt ?? (await this.minutesAhead(24 * 60));
    const { status, body } = await this.schedule(own.movie ?? (await this.addMovie()), own.room ?? (await this.openRoom()), startsAt);
    if (status !== 201) throw new Error(`Could not schedule: ${JSON.stringify(body)}`);
    return body;
  }

  change(showtimeId: string, body: Json): Promise<HttpResponse> {
    return this.system.patch(`/showtimes/${showtimeId}`, body, { token: this.token });
  }

  cancel(showtimeId: string, reason?: string): Promise<HttpResponse> {
    const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;
    return this.system.delete(`/showtimes/${showtimeId}${query}`, { token: this.token });
  }

  async minutesAhead(minutes: number): Promise<string> {
    return new Date((await this.system.now()).getTime() + minutes * MINUTE_MS).toISOString();
  }

  /** The events of a showtime, oldest first. */
  eventsOf(showtimeId: string): Promise<{ type: string; sequence: number; data: Json }[]> {
    return this.system.sql('SELECT type, sequence, data FROM messaging.outbox WHERE subject = $1 ORDER BY sequence', [showtimeId]);
  }

  /** Actions and details of the audit entries on this subject, oldest first. */
  async auditOf(subject: string): Promise<{ action: string; details: Json }[]> {
    const { body } = await this.system.get(`/admin/audit-trail?subject=${subject}`, { token: this.token });
    return (body.data as Json[]).map(({ action, details }) => ({ action, details })).reverse();
  }

  /** Resolves when a statement in this database waits for this kind of lock (pg_locks.locktype). */
  async waitForLockWait(locktype: 'advisory' | 'transactionid' | 'tuple'): Promise<void> {
    await until(
      async () => {
        const waiting = await this.system.sql(
          `SELECT 1 FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
           WHERE NOT granted AND locktype = $1 AND activity.datname = current_database()`,
          [locktype],
        );
        return waiting.length > 0;
      },
      { what: `a wait for a lock of type ${locktype}`, intervalMs: 10 },
    );
  }

  /**
   * Delays a request that schedules here at this time, right before its end: it waits for an uncommitted row that overlaps, until the
   * returned function is called.
   */
  async delayScheduling(room: Json, startsAt: string): Promise<() => Promise<void>> {
    return this.openTransaction(
      `INSERT INTO showtimes.showtimes (id, version, status, movie_id, room_id, theatre_id, seat_plan_version, seats, starts_at, ends_at,
         room_free_at, time_zone, starts_at_local, currency, prices, scheduled_at)
       VALUES ($1, 1, 'scheduled', $1, $2, $1, 1, 1, $3, $3::timestamptz + interval '1 minute', $3::timestamptz + interval '1 minute',
         'UTC', '2026-01-01T00:00:00', 'EUR', '{}', $3)`,
      [randomUUID(), room.id, startsAt],
    );
  }

  /** Runs a statement in a transaction. The returned function rolls it back. */
  async openTransaction(statement: string, parameters: unknown[]): Promise<() => Promise<void>> {
    const client = await this.system.database.connect();
    await client.query('BEGIN');
    await client.query(statement, parameters);
    return async () => {
      await client.query('ROLLBACK');
      client.release();
    };
  }
}

function openTheatre(system: InProcessSystem, token: string, own: Json = {}): Promise<Json> {
  const body = { name: `Theatre ${randomUUID()}`, timeZone: 'Europe/Berlin', currency: 'EUR', ...own };
  return system.expectOk('POST', '/theatres', { token, body });
}
