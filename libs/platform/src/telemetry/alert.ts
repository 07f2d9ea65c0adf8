/** An alert is an error line of the log with a stable `alert` code, and a counter of that code. `docs/runbook.md` says what to do about each. */
import { Logger } from '@nestjs/common';
import { counter } from './metrics.js';

/** The alerts of the platform itself; each context declares its own in `domain/alert-codes.ts`. The codes are stable: the rules that watch the log use them. */
export const OUTBOX_ROW_PARKED = 'outbox-row-parked';
/** RabbitMQ has an exchange or a queue of ours with another type or other arguments. */
export const TOPOLOGY_MISMATCH = 'broker-topology-mismatch';
export const MESSAGE_DEAD = 'message-dead';
/** The database answers, but it is read-only or its disk is full. */
export const DATABASE_REFUSES_WRITES = 'database-refuses-writes';
/** The database, or the broker, has not answered for longer than a setting. */
export const DATABASE_AWAY = 'database-away';
export const BROKER_AWAY = 'broker-away';
/** The clock of the process and that of the database are apart by more than a tolerance. */
export const CLOCK_DIFFERS = 'clock-differs';
/** The oldest event that no broker has confirmed is older than a setting. */
export const OUTBOX_LATE = 'outbox-late';
export const MESSAGES_UNROUTED = 'messages-unrouted';
/** Published events that a reaction has not received for more than an hour. */
export const EVENTS_LOST = 'events-lost';
export const SCHEDULE_FAILING = 'schedule-failing';
export const UNHANDLED_REJECTION = 'unhandled-rejection';
export const JOB_STUCK = 'job-stuck';
/** The pool of a process can take more connections than the server has left. */
export const DATABASE_CONNECTIONS_SHORT = 'database-connections-short';

const ALERTS = counter('cinema_alerts_total', 'Alerts by their code; docs/runbook.md says what each means', ['code']);
const logger = new Logger('Alert');

/** `as`: `warn` for what is not wrong yet. */
export function alert(
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  { as = 'error' }: { as?: 'error' | 'warn' } = {},
): void {
  ALERTS.inc({ code });
  logger[as]({ alert: code, ...details }, message);
}
