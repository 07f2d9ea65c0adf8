import type { Customer, Json, ShowtimeFixture } from '../../support/http-client.js';
import { CorrectEndWhenShowtimeChanged } from '../../../libs/reservations/src/application/reactions/correct-end-when-showtime-changed.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { buyTicket } from '../../support/payments.js';
import { until } from '../../support/until.js';

/** `createShowtime` makes a movie of 100 minutes. */
const [RUNTIME_MINUTES, LONGER_MINUTES] = [100, 180];

describe('A showtime that ends later, and whose message reservations lost', () => {
  let system: InProcessSystem;
  let customer: Customer;
  let showtime: ShowtimeFixture;
  let reservation: Json;

  beforeAll(async () => {
    system = await startInProcessSystem();
    customer = await system.registerCustomer();
  }, 60_000);
  afterAll(() => system?.close());
  beforeEach(async () => {
    showtime = await system.createShowtime({ startsInMinutes: 90 });
    reservation = await buyTicket(system, customer, showtime.showtimeId, ['A1']);
  });

  const endAfter = (minutes: number): Date => new Date(Date.parse(showtime.startsAt) + minutes * 60_000);
  const lostShowtimes: string[] = [];
  async function endsAt(): Promise<Date> {
    const [row] = await system.sql<{ end: Date }>('SELECT ends_at AS end FROM reservations.reservations WHERE id = $1', [reservation.id]);
    return row!.end;
  }
  const followsEnd = (minutes: number): Promise<unknown> =>
    until(async () => (await endsAt()).getTime() === endAfter(minutes).getTime(), { what: `the end after ${minutes} minutes` });

  /** The reaction gets its messages and does nothing. */
  function loseMessages(): void {
    const reaction = system.worker!.get(CorrectEndWhenShowtimeChanged, { strict: false });
    const handle = ({ data }: { data: { showtimeId: string } }): Promise<void> => Promise.resolve(void lostShowtimes.push(data.showtimeId));
    Object.assign(reaction, { handle });
  }

  it('the comparison with showtimes corrects the end of its reservations', async () => {
    loseMessages();
    expect(await endsAt()).toEqual(endAfter(RUNTIME_MINUTES));
    const token = await system.adminToken();
    await system.expectOk('PATCH', `/movies/${showtime.movieId}`, { token, body: { runtimeMinutes: LONGER_MINUTES } });
    await until(() => lostShowtimes.includes(showtime.showtimeId), { what: 'the message to be lost' });
    await followsEnd(LONGER_MINUTES);
  });

  it('the end that a hold had read before the change is corrected', async () => {
    await system.sql('UPDATE reservations.reservations SET ends_at = $2 WHERE id = $1', [reservation.id, endAfter(LONGER_MINUTES)]);
    await followsEnd(RUNTIME_MINUTES);
  });
});
