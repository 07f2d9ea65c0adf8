import type { Ledger } from '../ledger/ledger.js';
import { InvalidParameter } from './api-error.js';

type Fields = Record<string, unknown>;

const MAXIMUM_DEPTH = 4;
const MAXIMUM_REFUNDS = 10;

/** Replaces ids by the objects they belong to. The form of a path is described at https://docs.stripe.com/api/expanding_objects. */
export class FieldExpander {
  readonly #finders: Record<string, (id: string) => object | undefined>;

  constructor(private readonly ledger: Ledger) {
    const findCharge = (id: string) => ledger.charges.find(id);
    this.#finders = {
      latest_charge: findCharge,
      charge: findCharge,
      payment_intent: (id) => ledger.paymentIntents.find(id),
      payment_method: (id) => ledger.paymentMethods.find(id),
    };
  }

  expand(object: object, paths: string[]): object {
    return paths.reduce<Fields>((expanded, path) => {
      const steps = path.split('.');
      if (steps.length > MAXIMUM_DEPTH)
        throw new InvalidParameter(`You cannot expand more than ${MAXIMUM_DEPTH} levels of a property.`, { param: 'expand' });
      return this.expandPath(expanded, steps, path);
    }, object as Fields);
  }

  private expandPath(target: Fields, [step, ...rest]: string[], path: string): Fields {
    if (step === undefined) return target;
    if (step === 'data' && Array.isArray(target['data'])) {
      return { ...target, data: target['data'].map((entry: Fields) => this.expandPath(entry, rest, path)) };
    }
    const value = this.expandedValue(target, step, path);
    if (value === null || typeof value !== 'object') return { ...target, [step]: value };
    return { ...target, [step]: this.expandPath(value as Fields, rest, path) };
  }

  private expandedValue(target: Fields, step: string, path: string): unknown {
    if (step === 'refunds' && target['object'] === 'charge') return target['refunds'] ?? this.refundsOf(String(target['id']));
    const current = target[step];
    if (typeof current === 'string') {
      const find = this.#finders[step];
      // Stripe cannot expand the payment method of a charge either.
      if (find !== undefined && !(step === 'payment_method' && target['object'] === 'charge')) return find(current) ?? current;
    }
    if (current === null || (typeof current === 'object' && current !== null)) return current;
    const hint = target['object'] === 'list' ? ` You may want to try expanding 'data.${path}' instead` : '';
    throw new InvalidParameter(`This property cannot be expanded (${path}).${hint}`, { param: 'expand' });
  }

  private refundsOf(chargeId: string): object {
    const newestFirst = this.ledger.refunds.findBy('charge', chargeId).reverse();
    return {
      object: 'list',
      data: newestFirst.slice(0, MAXIMUM_REFUNDS),
      has_more: newestFirst.length > MAXIMUM_REFUNDS,
      url: `/v1/charges/${chargeId}/refunds`,
    };
  }
}
