import { invalidRequest } from '../http/api-error.js';
import { endpoint, type Endpoint } from '../http/endpoint.js';
import { integer, required, text } from '../http/parameters.js';
import type { Condition } from '../ledger/collection.js';
import type { Ledger } from '../ledger/ledger.js';

const SEARCH_URL = '/v1/payment_intents/search';
const SEARCH_COLUMNS: Record<string, string> = {
  status: 'status',
  created: 'created',
  amount: "json_extract(body, '$.amount')",
  currency: "json_extract(body, '$.currency')",
};
const NUMERIC_FIELDS = ['created', 'amount'];

/**
 * Searches in Stripe's query language: https://docs.stripe.com/search#search-query-language.
 * A change is found at once. At Stripe it can take a minute.
 */
export function paymentIntentSearchEndpoint(ledger: Ledger): Endpoint {
  // Triggers keep the index of metadata current, so that no writer has to.
  ledger.database.createSchema(`
    CREATE TABLE IF NOT EXISTS intent_metadata (key TEXT NOT NULL, value TEXT NOT NULL, intent INTEGER NOT NULL, PRIMARY KEY (key, value, intent)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS intent_metadata_by_intent ON intent_metadata (intent);
    CREATE TRIGGER IF NOT EXISTS intent_added AFTER INSERT ON payment_intents BEGIN
      INSERT INTO intent_metadata SELECT key, value, NEW.seq FROM json_each(NEW.body, '$.metadata');
    END;
    CREATE TRIGGER IF NOT EXISTS intent_changed AFTER UPDATE OF body ON payment_intents
    WHEN json_extract(OLD.body, '$.metadata') IS NOT json_extract(NEW.body, '$.metadata') BEGIN
      DELETE FROM intent_metadata WHERE intent = NEW.seq;
      INSERT INTO intent_metadata SELECT key, value, NEW.seq FROM json_each(NEW.body, '$.metadata');
    END;
  `);
  const readers = { query: required(text()), limit: integer({ minimum: 1, maximum: 100 }), page: text() };
  return endpoint('GET', SEARCH_URL, readers, ({ parameters }) => {
    const page = ledger.paymentIntents.findPage({
      conditions: [queryCondition(parameters.query)],
      limit: parameters.limit ?? 10,
      startingAfter: parameters.page === undefined ? undefined : lastIdOfPage(ledger, parameters.page),
    });
    const last = page.data.at(-1);
    return {
      object: 'search_result',
      data: page.data,
      has_more: page.hasMore,
      next_page: page.hasMore && last !== undefined ? Buffer.from(last.id).toString('base64url') : null,
      url: SEARCH_URL,
    };
  });
}

/** A page token contains the last id of the previous page. */
function lastIdOfPage(ledger: Ledger, page: string): string {
  const id = Buffer.from(page, 'base64url').toString();
  if (ledger.paymentIntents.find(id) === undefined) throw invalidRequest(`Invalid page: ${page}`, { param: 'page' });
  return id;
}

function queryCondition(query: string): Condition {
  const clauses = query.split(/\s+(AND|OR)\s+/i);
  const operators = new Set(clauses.filter((_, index) => index % 2 === 1).map((word) => word.toUpperCase()));
  if (operators.size > 1) throw invalidQuery('You cannot combine AND and OR in one query.');
  const conditions = clauses.filter((_, index) => index % 2 === 0).map(clauseCondition);
  const operator = operators.has('OR') ? ' OR ' : ' AND ';
  return { sql: `(${conditions.map(({ sql }) => sql).join(operator)})`, values: conditions.flatMap(({ values }) => values) };
}

function clauseCondition(clause: string): Condition {
  const [, negated, field, key, operator, quoted, unquoted] =
    /^(-?)(\w+)(?:\[["']([^"']+)["']\])?\s*(:|~|>=|<=|>|<)\s*(?:["']((?:[^"'\\]|\\.)*)["']|(-?[\w.]+))$/.exec(clause.trim()) ?? [];
  const value = quoted?.replace(/\\(.)/g, '$1') ?? unquoted;
  if (field === undefined || operator === undefined || value === undefined)
    throw invalidQuery(`We were unable to parse \`${clause.trim()}\`.`);
  const condition =
    key === undefined
      ? columnCondition({ field, operator, value })
      : metadataCondition({ field, key, operator, value, isQuoted: quoted !== undefined });
  return negated === '-' ? { ...condition, sql: `NOT (${condition.sql})` } : condition;
}

interface Clause {
  field: string;
  operator: string;
  value: string;
}

function columnCondition({ field, operator, value }: Clause): Condition {
  const column = SEARCH_COLUMNS[field];
  if (column === undefined) throw invalidQuery(`Field \`${field}\` is an unsupported search field for resource \`payment_intents\`.`);
  if (!NUMERIC_FIELDS.includes(field)) {
    if (operator !== ':') throw invalidQuery(`Field \`${field}\` does not support the operator \`${operator}\`.`);
    return { sql: `${column} = ?`, values: [value.toLowerCase()] };
  }
  if (!/^\d+$/.test(value) || operator === '~')
    throw invalidQuery(`Field \`${field}\` takes a number and one of the operators : > < >= <=.`);
  return { sql: `${column} ${operator === ':' ? '=' : operator} ?`, values: [Number(value)] };
}

function metadataCondition({ field, key, operator, value, isQuoted }: Clause & { key: string; isQuoted: boolean }): Condition {
  if (field !== 'metadata' || operator !== ':') throw invalidQuery(`\`${field}["${key}"]${operator}\` is not supported.`);
  if (!isQuoted && value === 'null') return { sql: 'seq NOT IN (SELECT intent FROM intent_metadata WHERE key = ?)', values: [key] };
  return { sql: 'seq IN (SELECT intent FROM intent_metadata WHERE key = ? AND value = ?)', values: [key, value] };
}

function invalidQuery(message: string) {
  return invalidRequest(`${message} See https://stripe.com/docs/search for the query language.`, { param: 'query' });
}
