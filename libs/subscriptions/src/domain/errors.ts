import { Conflict, Gone, Invalid, NotFound } from '@app/kernel/domain-error.js';

export class WebhookEndpointNotFound extends NotFound {
  constructor() {
    super('subscriptions.webhook-endpoint-not-found', 'There is no such webhook endpoint.');
  }
}

export class WebhookDeliveryNotFound extends NotFound {
  constructor() {
    super('subscriptions.webhook-delivery-not-found', 'This webhook endpoint has no such delivery.');
  }
}

export class TooManyWebhookEndpoints extends Conflict {
  constructor(max: number) {
    super('subscriptions.too-many-webhook-endpoints', `There are ${max} webhook endpoints already. Delete one first.`, { max });
  }
}

export class WebhookEndpointIsDisabled extends Conflict {
  constructor() {
    super('subscriptions.webhook-endpoint-is-disabled', 'This webhook endpoint is disabled. Enable it first.');
  }
}

/** The operator has set no key for the secrets. */
export class WebhooksOff extends Conflict {
  constructor() {
    super('subscriptions.webhooks-off', 'Webhooks are off: the operator of the system has not set WEBHOOK_SECRETS_KEY.');
  }
}

export type WebhookUrlFault = 'malformed' | 'not-https' | 'credentials' | 'port' | 'private-address';

const SENTENCES: Readonly<Record<WebhookUrlFault, string>> = {
  malformed: 'This is no URL.',
  'not-https': 'The URL must begin with https://.',
  credentials: 'The URL must hold no user and no password: the signature says who calls.',
  port: 'The URL must name no port but 443.',
  'private-address': 'The URL names an address that is not public.',
};

export class WebhookUrlRefused extends Invalid {
  constructor(fault: WebhookUrlFault) {
    super('subscriptions.webhook-url-refused', SENTENCES[fault], { fault });
  }
}

/** `eventId`: the event is older than events are kept. */
export class WebhookEventDeleted extends Gone {
  constructor(eventId: string) {
    super('subscriptions.webhook-event-deleted', 'The event of this delivery is not kept any more.', { eventId });
  }
}
