/** An alert is an error line with a stable `alert` code: what an operator is woken for. */
import { Logger } from '@nestjs/common';
import type { AlertCode } from '@app/kernel/alerts.js';

const logger = new Logger('Alert');

export function alert(code: AlertCode, message: string, details: Readonly<Record<string, unknown>> = {}): void {
  logger.error({ alert: code, ...details }, message);
}
