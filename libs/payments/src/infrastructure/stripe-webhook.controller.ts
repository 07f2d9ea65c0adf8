import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '@app/platform/http/access/route-access.js';
import { WithoutAdmission } from '@app/platform/http/limits/admission-hook.js';
import { RawBody, type RawBodyRequest } from '@app/platform/http/limits/bodies.js';
import { Problems } from '@app/platform/http/problems/problems.js';
import { InvalidInput } from '@app/platform/http/problems/http-errors.js';
import { ReceiveStripeEvent } from '../application/commands/receive-stripe-event.js';
import { UnreadableEvent } from '../domain/card-payments.js';
import type { StripeEvent } from '../domain/stripe-events.js';
import { WebhookReceived } from './payments.dto.js';
import { parseStripeEvent } from './stripe-event-parser.js';
import { isSignedByStripe } from './stripe-signature.js';
import { PaymentsSettings } from '../payments.settings.js';

const MAX_EVENT_BYTES = 256 * 1024;
const UNSIGNED = { header: 'Stripe-Signature', rule: 'signature', message: 'is not a valid, recent signature of this body' };
const SIGNATURE = 't=1795287721,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd';
const EVENT = {
  id: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: 1795287720,
  livemode: false,
  data: {
    object: {
      id: 'pi_3OkJ2e',
      object: 'payment_intent',
      status: 'succeeded',
      amount: 1250,
      amount_received: 1250,
      currency: 'eur',
      livemode: false,
      metadata: { paymentId: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b11', reservationId: '01998f1d-1a2b-7c3d-8e4f-5a6b7c8d9e0f' },
    },
  },
};

@ApiTags('webhooks')
@Public()
@Controller('webhooks/stripe')
export class StripeWebhookController {
  constructor(
    private readonly commands: CommandBus,
    private readonly settings: PaymentsSettings,
  ) {}

  @Post()
  @HttpCode(200)
  @RawBody({ maxBytes: MAX_EVENT_BYTES })
  @WithoutAdmission()
  @ApiOperation({
    operationId: 'receiveStripeWebhook',
    summary: 'Where Stripe delivers its events; the signature takes the place of a token',
  })
  @ApiHeader({ name: 'Stripe-Signature', required: true, description: 'As Stripe signs: `t=…,v1=…`', example: SIGNATURE })
  @ApiBody({ description: 'A Stripe event, at most 256 KiB', schema: { type: 'object', additionalProperties: true, example: EVENT } })
  @Problems(new InvalidInput([UNSIGNED]))
  async receiveStripeWebhook(@Req() request: RawBodyRequest): Promise<WebhookReceived> {
    await this.commands.execute(new ReceiveStripeEvent(this.signedEvent(request)));
    return { received: true };
  }

  private signedEvent({ rawBody, headers }: RawBodyRequest): StripeEvent {
    const signature = headers['stripe-signature'];
    const header = typeof signature === 'string' ? signature : undefined;
    if (
      rawBody === undefined ||
      !isSignedByStripe({ body: rawBody, header, secrets: this.settings.stripe.webhookSecrets, nowMs: Date.now() })
    ) {
      throw new InvalidInput([UNSIGNED]);
    }
    try {
      return parseStripeEvent(JSON.parse(rawBody.toString('utf8')));
    } catch (error) {
      if (error instanceof SyntaxError) throw new InvalidInput([{ pointer: '', rule: 'json', message: 'must be JSON' }]);
      if (error instanceof UnreadableEvent)
        throw new InvalidInput([{ pointer: '', rule: 'stripeEvent', message: `must be an event of Stripe: ${error.message}` }]);
      throw error;
    }
  }
}
