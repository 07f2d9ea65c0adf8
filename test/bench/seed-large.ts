/** `make seed-large size=1M`: fills the database at `DATABASE_URL`, which the product has been started with once, with so many reservations. */
import pg from 'pg';
import { fillLargeDatabase, parseSize } from './large-database.js';

const size = parseSize(process.argv[2] ?? '');
const url = process.env['DATABASE_URL'];
if (size === null || url === undefined) {
  process.stderr.write('Say how many reservations and where: DATABASE_URL=postgresql://… make seed-large size=1M\n');
  process.exit(2);
}
const client = new pg.Client({ connectionString: url });
await client.connect();
try {
  const made = await fillLargeDatabase(client, size, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify(made)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await client.end();
}
