import type { HttpResponse } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

const LIMIT = 4;
const SHOWTIMES = 10;

describe('The limit of live holds in all', () => {
  let system: InProcessSystem;
  let showtimeIds: string[];

  beforeAll(async () => {
    system = await startInProcessSystem({ env: { MAX_HOLDS_PER_CUSTOMER: String(LIMIT) }, worker: false });
    showtimeIds = [];
    for (let i = 0; i < SHOWTIMES; i++) showtimeIds.push((await system.createShowtime({ rows: 1, seatsPerRow: 4 })).showtimeId);
  }, 60_000);
  afterAll(() => system?.close());

  const codes = (responses: readonly HttpResponse[]): string[] =>
    responses.map(({ status, body }) => (status === 201 ? 'held' : (body.code as string))).sort();

  it('a customer who holds for many showtimes at once gets no more than the limit', async () => {
    const customer = await system.registerCustomer();
    const responses = await Promise.all(showtimeIds.map((showtimeId) => system.hold(customer, showtimeId, ['A1'])));
    const refused = Array.from({ length: SHOWTIMES - LIMIT }, () => 'reservations.too-many-holds-in-all');
    expect(codes(responses)).toEqual([...Array.from({ length: LIMIT }, () => 'held'), ...refused]);
    expect(responses.find(({ status }) => status !== 201)).toMatchObject({ status: 422, body: { status: 422 } });
  });

  it('a hold past its time makes room for another, also of another showtime', async () => {
    const customer = await system.registerCustomer();
    const hold = (i: number): Promise<HttpResponse> => system.hold(customer, showtimeIds[i]!, ['A2']);
    for (let i = 0; i < LIMIT; i++) expect((await hold(i)).status).toBe(201);
    expect((await hold(LIMIT)).body.code).toBe('reservations.too-many-holds-in-all');
    await system.advanceClock({ minutes: 31 });
    expect((await hold(LIMIT)).status).toBe(201);
  });
});
