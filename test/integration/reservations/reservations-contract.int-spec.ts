import { TypeOrmModule } from '@nestjs/typeorm';
import { CancellationRuns } from '../../../libs/reservations/src/domain/cancellation-runs.js';
import { Judging } from '../../../libs/reservations/src/domain/judging.js';
import { Reservations } from '../../../libs/reservations/src/domain/reservations.js';
import { PostgresCancellationRuns } from '../../../libs/reservations/src/infrastructure/postgres-cancellation-runs.js';
import { PostgresJudging } from '../../../libs/reservations/src/infrastructure/postgres-judging.js';
import { PostgresReservations } from '../../../libs/reservations/src/infrastructure/postgres-reservations.js';
import { reservationSchema } from '../../../libs/reservations/src/infrastructure/reservation.schema.js';
import { judgingContract } from '../../../libs/reservations/src/testing/judging.contract.js';
import {
  type Books,
  cancellationRunsContract,
  reservationsContract,
} from '../../../libs/reservations/src/testing/reservations.contract.js';
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
        { provide: Judging, useClass: PostgresJudging },
      ],
    },
  );
}, 60_000);
afterAll(async () => {
  await platform?.app.close();
  await fresh?.drop();
});

async function emptyBooks(): Promise<Books> {
  const { app, database } = platform;
  await database.query(
    `TRUNCATE reservations.reservations, reservations.seat_claims, reservations.payment_outcomes, reservations.sales,
       reservations.cancellation_runs, messaging.outbox`,
  );
  const facts = async (id: string): Promise<string[]> => {
    const rows = await database.query<{ type: string }>(`SELECT type FROM messaging.outbox WHERE subject = $1 ORDER BY sequence`, [id]);
    return rows.map(({ type }) => type.replace(/^reservations\.|\.v1$/g, ''));
  };
  return { reservations: app.get(Reservations), runs: app.get(CancellationRuns), facts };
}

describe('Reservations kept in PostgreSQL', () => reservationsContract(emptyBooks));

describe('Cancellation runs kept in PostgreSQL', () => cancellationRunsContract(emptyBooks));

describe('Progress of the judging kept in PostgreSQL', () =>
  judgingContract(async () => {
    const { reservations } = await emptyBooks();
    await platform.database.query(`UPDATE reservations.judging SET judged_until = 'epoch'`);
    return { reservations, judging: platform.app.get(Judging) };
  }));
