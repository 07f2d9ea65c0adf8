import { TypeOrmModule } from '@nestjs/typeorm';
import { newId } from '@app/kernel/id.js';
import { CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import { Reservations } from '../../../libs/reservations/src/domain/reservations.js';
import { SettlementWatermark } from '../../../libs/reservations/src/domain/settlement-watermark.js';
import { PostgresCancellationRuns } from '../../../libs/reservations/src/infrastructure/postgres-cancellation-runs.js';
import { PostgresReservations } from '../../../libs/reservations/src/infrastructure/postgres-reservations.js';
import { PostgresSettlementWatermark } from '../../../libs/reservations/src/infrastructure/postgres-settlement-watermark.js';
import { reservationSchema } from '../../../libs/reservations/src/infrastructure/reservation.schema.js';
import { NOW, POLICY, storeHold } from '../../../libs/reservations/src/testing/builders.js';
import { cancellationRunsContract } from '../../../libs/reservations/src/testing/cancellation-runs.contract.js';
import { reservationsContract } from '../../../libs/reservations/src/testing/reservations.contract.js';
import { settlementWatermarkContract } from '../../../libs/reservations/src/testing/settlement-watermark.contract.js';
import type { Stores } from '../../../libs/reservations/src/testing/stores.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

let fresh: FreshDatabase;
let platform: Platform;

beforeAll(async () => {
  fresh = await freshDatabase();
  platform = await startPlatform(
    fresh.url,
    {},
    {
      imports: [TypeOrmModule.forFeature([reservationSchema])],
      providers: [
        { provide: Reservations, useClass: PostgresReservations },
        { provide: CancellationRuns, useClass: PostgresCancellationRuns },
        { provide: SettlementWatermark, useClass: PostgresSettlementWatermark },
      ],
    },
  );
}, 60_000);
afterAll(async () => {
  await platform?.app.close();
  await fresh?.drop();
});

async function makeStores(): Promise<Stores> {
  const { app, database } = platform;
  await database.query(
    `TRUNCATE reservations.reservations, reservations.seat_claims, reservations.payment_outcomes, reservations.sales_statuses,
       reservations.cancellation_runs, messaging.outbox`,
  );
  await database.query(`UPDATE reservations.settlement_watermark SET settled_until = 'epoch'`);
  await database.query(`UPDATE reservations.showtime_comparison SET starts_at = NULL, pass_began_at = 'epoch'`);
  const eventsOf = async (id: string): Promise<string[]> => {
    const rows = await database.query<{ type: string }>(`SELECT type FROM messaging.outbox WHERE subject = $1 ORDER BY sequence`, [id]);
    return rows.map(({ type }) => type.replace(/^reservations\.|\.v1$/g, ''));
  };
  return { reservations: app.get(Reservations), runs: app.get(CancellationRuns), watermark: app.get(SettlementWatermark), eventsOf };
}

describe('Reservations in PostgreSQL', () => reservationsContract(makeStores));

describe('What a customer has of several showtimes', () => {
  it('reservations are listed in the order in which holds lock their showtimes', async () => {
    const [{ reservations }, customerId] = [await makeStores(), newId()];
    const policy = { ...POLICY, maxHoldsPerCustomer: 0 };
    for (let i = 0; i < 6; i++) await storeHold(reservations, { customerId, policy });
    const rows = await platform.database.query<{ id: string }>(
      `SELECT id FROM reservations.reservations ORDER BY hashtextextended('showtime ' || showtime_id, 0)`,
    );
    const inOrder = rows.map(({ id }) => id);
    expect(await reservations.holdsOf(customerId)).toEqual(inOrder);
    expect(await reservations.liveOf({ customerIds: [customerId], now: NOW })).toEqual(inOrder);
  });
});

describe('Cancellation runs in PostgreSQL', () => cancellationRunsContract(makeStores));

describe('The settlement watermark in PostgreSQL', () => settlementWatermarkContract(makeStores));
