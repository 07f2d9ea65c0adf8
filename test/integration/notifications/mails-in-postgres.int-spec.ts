import { Mails } from '../../../libs/notifications/src/domain/mails.js';
import { PostgresMails } from '../../../libs/notifications/src/infrastructure/postgres-mails.js';
import { mailsContract } from '../../../libs/notifications/src/testing/mails.contract.js';
import { type Platform, startPlatform } from '../../support/platform.js';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.js';

let fresh: FreshDatabase;
let platform: Platform;

beforeAll(async () => {
  fresh = await freshDatabase();
  platform = await startPlatform(fresh.url, {}, { providers: [{ provide: Mails, useClass: PostgresMails }] });
}, 60_000);
afterAll(async () => {
  await platform?.app.close();
  await fresh?.drop();
});

async function makeMails(): Promise<Mails> {
  await platform.database.query('TRUNCATE notifications.mails');
  return platform.app.get(Mails);
}

describe('Mails in PostgreSQL', () => mailsContract(makeMails));
