import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from './database.js';
import { ScheduledEffects } from './scheduled-effects.js';

let database: Database;
let effects: ScheduledEffects;
let logged: string[];
beforeEach(() => {
  database = new Database(':memory:');
  logged = [];
});
afterEach(() => {
  effects.stop();
  database.close();
});

const newEffects = () => new ScheduledEffects(database, 0, (line) => logged.push(line));
const countRows = () => database.get<{ count: number }>('SELECT count(*) AS count FROM scheduled_effects')?.count;

async function untilNoRowIsLeft(): Promise<void> {
  while (countRows() !== 0) await sleep(1);
}

describe('Scheduled effects', () => {
  it('a scheduled effect runs once and its row is deleted', async () => {
    effects = newEffects();
    const subjects: string[] = [];
    effects.register('complete-refund', (subject) => subjects.push(subject));
    effects.schedule('complete-refund', 're_1');
    await untilNoRowIsLeft();
    expect(subjects).toEqual(['re_1']);
  });

  it('an effect that fails is logged and does not stop the next one', async () => {
    effects = newEffects();
    const subjects: string[] = [];
    effects.register('fail-refund', () => {
      throw new Error('no such refund');
    });
    effects.register('complete-refund', (subject) => subjects.push(subject));
    effects.schedule('fail-refund', 're_1');
    effects.schedule('complete-refund', 're_2');
    await untilNoRowIsLeft();
    expect(subjects).toEqual(['re_2']);
    expect(logged).toEqual(['scheduled effect fail-refund of re_1 failed: Error: no such refund']);
  });

  it('an effect in the ledger file of an earlier version runs', async () => {
    database.createSchema(`
      CREATE TABLE later (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL);
      CREATE INDEX later_by_due ON later (due_at);
      INSERT INTO later (due_at, kind, subject) VALUES (0, 'open-dispute', 'ch_1');
    `);
    effects = newEffects();
    const subjects: string[] = [];
    effects.register('open-dispute', (subject) => subjects.push(subject));
    effects.start();
    await untilNoRowIsLeft();
    expect(subjects).toEqual(['ch_1']);
  });
});
