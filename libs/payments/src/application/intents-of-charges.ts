import { Injectable } from '@nestjs/common';
import { CardPayments } from '../domain/card-payments.js';
import type { NamedObjects } from '../domain/stripe-facts.js';

/** Finds the intents of refunds and disputes that name only their charge. It asks Stripe, so it does not belong into a transaction. */
@Injectable()
export class IntentsOfCharges {
  constructor(private readonly cards: CardPayments) {}

  /** Returns the facts of a page of Stripe's list in their order, each with its intent where there is one. */
  async complete<Fact extends Pick<NamedObjects, 'intentId' | 'chargeId'>>(facts: readonly Fact[]): Promise<Fact[]> {
    const intents = new Map<string, string | null>();
    for (const { intentId, chargeId } of facts)
      if (intentId === null && chargeId !== null && !intents.has(chargeId))
        intents.set(chargeId, await this.cards.intentOfCharge(chargeId));
    return facts.map((fact) => ({ ...fact, intentId: fact.intentId ?? intents.get(fact.chargeId ?? '') ?? null }));
  }
}
