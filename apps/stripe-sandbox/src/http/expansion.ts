import { InvalidParameter } from './api-error.js';
import type { Ledger } from '../ledger/ledger.js';

type Fields = Record<string, unknown>;

const maximumDepth = 4;

/** Replaces ids by the objects they name. Paths are as in https://docs.stripe.com/api/expanding_objects. */
export class Expansion {
  readonly #find: Record<string, (id: string) => object | undefined>;

  constructor(private readonly ledger: Ledger) {
    const charge = (id: string) => ledger.charges.find(id);
    this.#find = {
      latest_charge: charge,
      charge,
      payment_intent: (id) => ledger.paymentIntents.find(id),
      payment_method: (id) => ledger.paymentMethods.find(id),
    };
  }

  expand(answer: object, paths: string[]): object {
    return paths.reduce<Fields>((expanded, path) => {
      const steps = path.split('.');
      if (steps.length > maximumDepth)
        throw new InvalidParameter(`You cannot expand more than ${maximumDepth} levels of a property.`, 'expand');
      return this.#follow(expanded, steps, path);
    }, answer as Fields);
  }

  #follow(target: Fields, [step, ...rest]: string[], path: string): Fields {
    if (step === undefined) return target;
    if (step === 'data' && Array.isArray(target['data'])) {
      return { ...target, data: target['data'].map((entry: Fields) => this.#follow(entry, rest, path)) };
    }
    const value = this.#value(target, step, path);
    if (value === null || typeof value !== 'object') return { ...target, [step]: value };
    return { ...target, [step]: this.#follow(value as Fields, rest, path) };
  }

  #value(target: Fields, step: string, path: string): unknown {
    if (step === 'refunds' && target['object'] === 'charge') return target['refunds'] ?? this.#refunds(String(target['id']));
    const current = target[step];
    if (typeof current === 'string') {
      const find = this.#find[step];
      // A charge's payment method is a plain id at Stripe too.
      if (find !== undefined && !(step === 'payment_method' && target['object'] === 'charge')) return find(current) ?? current;
    }
    if (current === null || (typeof current === 'object' && current !== null)) return current;
    const hint = target['object'] === 'list' ? ` You may want to try expanding 'data.${path}' instead` : '';
    throw new InvalidParameter(`This property cannot be expanded (${path}).${hint}`, 'expand');
  }

  #refunds(charge: string): object {
    const data = this.ledger.refunds.where('charge', charge).reverse();
    return { object: 'list', data: data.slice(0, 10), has_more: data.length > 10, url: `/v1/charges/${charge}/refunds` };
  }
}
