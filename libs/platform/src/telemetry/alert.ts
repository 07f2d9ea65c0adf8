/** An alert is an error line of the log with a stable `alert` code. */
import { Logger } from '@nestjs/common';

/** The alerts of the platform itself; each context declares its own. */
export const OUTBOX_ROW_PARKED = 'outbox-row-parked';
/** RabbitMQ has an exchange or a queue of ours with another type or other arguments. */
export const TOPOLOGY_MISMATCH = 'broker-topology-mismatch';
export const MESSAGE_DEAD = 'message-dead';
export const UNHANDLED_REJECTION = 'unhandled-rejection';

const logger = new Logger('Alert');

export function alert(code: string, message: string, details: Readonly<Record<string, unknown>> = {}): void {
  logger.error({ alert: code, ...details }, message);
}
