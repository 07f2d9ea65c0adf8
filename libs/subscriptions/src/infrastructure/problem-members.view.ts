import { ApiProperty } from '@nestjs/swagger';
import type { WebhookUrlFault } from '../domain/errors.js';

const FAULTS: readonly WebhookUrlFault[] = ['malformed', 'not-https', 'credentials', 'port', 'private-address'];

/** Members that refusals of subscriptions add to a problem. */
export class SubscriptionProblemMembers {
  /** What is wrong with the URL, on `subscriptions.webhook-url-refused`. */
  @ApiProperty({ enum: FAULTS, enumName: 'WebhookUrlFault', required: false })
  fault?: WebhookUrlFault;
  /** How many endpoints there may be, on `subscriptions.too-many-webhook-endpoints`. */
  max?: number;
  /** Id of the event, on `subscriptions.webhook-event-deleted`. */
  @ApiProperty({ format: 'uuid', required: false, maxLength: 36 })
  eventId?: string;
}
