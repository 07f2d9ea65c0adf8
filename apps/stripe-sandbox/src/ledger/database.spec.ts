import { Database } from './database.js';

let database: Database;
beforeEach(() => {
  database = new Database(':memory:');
  database.createSchema('CREATE TABLE old_names (name TEXT NOT NULL)');
  database.run("INSERT INTO old_names VALUES ('kept')");
});
afterEach(() => database.close());

const namesIn = (table: string) => database.all<{ name: string }>(`SELECT name FROM ${table}`).map(({ name }) => name);

describe('Renaming a table', () => {
  it('a renamed table keeps its rows', () => {
    database.renameTable({ from: 'old_names', to: 'names' });
    expect(namesIn('names')).toEqual(['kept']);
  });

  it('a missing table is not renamed', () => {
    database.renameTable({ from: 'missing', to: 'names' });
    expect(() => namesIn('names')).toThrow('no such table: names');
  });

  it('a table is not renamed to the name of another table', () => {
    database.createSchema('CREATE TABLE names (name TEXT NOT NULL)');
    database.renameTable({ from: 'old_names', to: 'names' });
    expect(namesIn('old_names')).toEqual(['kept']);
    expect(namesIn('names')).toEqual([]);
  });
});

describe('Transactions', () => {
  it('a failed transaction changes nothing', () => {
    const work = () =>
      database.transaction(() => {
        database.run("INSERT INTO old_names VALUES ('lost')");
        throw new Error('failed');
      });
    expect(work).toThrow('failed');
    expect(namesIn('old_names')).toEqual(['kept']);
  });

  it('a failed nested transaction leaves the outer one intact', () => {
    database.transaction(() => {
      database.run("INSERT INTO old_names VALUES ('outer')");
      const nested = () =>
        database.transaction(() => {
          database.run("INSERT INTO old_names VALUES ('inner')");
          throw new Error('failed');
        });
      expect(nested).toThrow('failed');
    });
    expect(namesIn('old_names')).toEqual(['kept', 'outer']);
  });
});
