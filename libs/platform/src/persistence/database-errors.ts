/** What an error of the PostgreSQL driver means. */
interface DriverError {
  code?: string;
  constraint?: string;
  message?: string;
  driverError?: DriverError;
}

const REFUSED_OR_CUT = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);
/** Errors of node-pg itself, and of TypeORM where the connection broke between two statements. They have no SQLSTATE. */
const DRIVER_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end|not queryable|terminating connection|Query runner already released/i;

function driverError(error: unknown): DriverError {
  const outer = (typeof error === 'object' && error !== null ? error : {}) as DriverError;
  return outer.driverError ?? outer;
}

/** The unique, primary key, exclusion or foreign key constraint that a statement violated, or null. */
export function brokenConstraint(error: unknown): string | null {
  const { code, constraint } = driverError(error);
  return code === '23505' || code === '23P01' || code === '23503' ? (constraint ?? null) : null;
}

/** The database is away, frozen, full or too busy. The request was not wrong and can be repeated. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message } = driverError(error);
  if (code !== undefined && REFUSED_OR_CUT.has(code)) return true;
  // 08 connection, 53 resources, 57P shutdown, 57014 statement time-out, 55P03 lock time-out, 40P01 deadlock, 40001 serialization,
  // 25P03 idle in transaction, 25006 read-only standby, 28P01 and 28000 a password that was changed there and not here yet
  if (code !== undefined && /^(08...|53...|57P..|57014|55P03|40P01|40001|25P03|25006|28P01|28000)$/.test(code)) return true;
  return DRIVER_MESSAGES.test(message ?? '');
}

/**
 * A statement was given up: 57014 statement time-out, 55P03 lock time-out, 40P01 deadlock, 40001 serialization, 25P03 idle in transaction. It can be
 * repeated, but where it happens again and again, the cause is the statement, not the server.
 */
export function isStatementGivenUp(error: unknown): boolean {
  return /^(57014|55P03|40P01|40001|25P03)$/.test(driverError(error).code ?? '');
}

/** The statement is well-formed, and a value of it is refused: 22 data exception, 23 integrity constraint violation. */
export function isValueRefused(error: unknown): boolean {
  return /^2[23]...$/.test(driverError(error).code ?? '');
}

/** Another transaction had the lock for too long. */
export function isLockTimeout(error: unknown): boolean {
  return driverError(error).code === '55P03';
}

/** The database does not serve anyone: nothing that is tried beside the failed statement would succeed either. */
export function isDatabaseAway(error: unknown): boolean {
  return isDatabaseUnavailable(error) && !isStatementGivenUp(error);
}

/** A schema or table is missing: the migrations have not run yet. */
export function isNotMigrated(error: unknown): boolean {
  const { code } = driverError(error);
  return code === '3F000' || code === '42P01';
}
