/** An alert is an error line with a stable `alert` code: what an operator is woken for. */
import { Logger } from '@nestjs/common';

const logger = new Logger('Alert');

export type AlertCode =
  | 'outbox-row-parked'
  | 'message-dead'
  | 'webhook-parked'
  | 'webhook-disagrees'
  | 'payment-wrong-amount'
  | 'refund-failed'
  | 'external-refund'
  | 'dispute-opened'
  | 'due-row-stuck'
  | 'orphaned-intent'
  | 'unhandled-rejection';

export function alert(code: AlertCode, message: string, details: Readonly<Record<string, unknown>> = {}): void {
  logger.error({ alert: code, ...details }, message);
}
