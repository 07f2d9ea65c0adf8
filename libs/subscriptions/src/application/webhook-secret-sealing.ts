import { Injectable, Logger } from '@nestjs/common';
import { SealedSecrets } from '../domain/sealed-secrets.js';
import { WebhookEndpoints } from '../domain/webhook-endpoints.js';

/** Seals secrets anew that an earlier key sealed, so that the earlier key can be taken away. Any number of workers may do it. */
@Injectable()
export class WebhookSecretSealing {
  readonly #logger = new Logger(WebhookSecretSealing.name);

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly secrets: SealedSecrets,
  ) {}

  async resealAll(): Promise<void> {
    const earlier = (await this.endpoints.sealedSecrets()).filter(({ sealed }) => sealed.some((each) => !this.secrets.isCurrent(each)));
    for (const { id: endpointId } of earlier) {
      await this.reseal(endpointId).then(
        () => this.#logger.log({ endpointId }, 'The secret of a webhook endpoint is sealed with the present key'),
        (error: unknown) => this.#logger.warn({ err: error, endpointId }, 'The secret of a webhook endpoint could not be sealed anew'),
      );
    }
  }

  private async reseal(id: string): Promise<void> {
    await this.endpoints.change(id, (endpoint) =>
      endpoint.resealSecrets((sealed) => (this.secrets.isCurrent(sealed) ? sealed : this.secrets.seal(this.secrets.open(sealed, id), id))),
    );
  }
}
