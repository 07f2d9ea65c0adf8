import type { Cause } from '../ledger/ledger.js';
import type { ApiError } from './api-error.js';
import type { Form } from './form.js';
import { array, readParameters, text, type Parameters, type Readers } from './parameters.js';

export interface Call<P> {
  parameters: P;
  /** The id the path names, or '' where it names none. */
  id: string;
  cause: Cause;
  /** Who calls holds only a publishable key and must show the client secret. */
  publishable: boolean;
}

export interface Request {
  form: Form;
  id: string;
  cause: Cause;
  publishable: boolean;
}

/** One row of Stripe's API reference. */
export interface Endpoint {
  method: 'GET' | 'POST';
  /** With `:id` where an object is named. */
  path: string;
  publishableKeyAllowed: boolean;
  /**
   * Answers the object, or an ApiError whose effects are kept (a decline); throws an ApiError to refuse without a trace.
   * Also tells which fields were to be expanded.
   */
  handle(request: Request): { answer: object | ApiError; expand: string[] };
}

export function endpoint<R extends Readers>(
  method: 'GET' | 'POST',
  path: string,
  readers: R,
  handle: (call: Call<Parameters<R>>) => object,
  options: { publishableKeyAllowed?: boolean } = {},
): Endpoint {
  const all = { ...readers, expand: array(text()) };
  return {
    method,
    path,
    publishableKeyAllowed: options.publishableKeyAllowed ?? false,
    handle: ({ form, id, cause, publishable }) => {
      const parameters = readParameters(all, form);
      return { answer: handle({ parameters, id, cause, publishable }), expand: parameters.expand ?? [] };
    },
  };
}
