import type { Cause } from '../ledger/ledger.js';
import type { ApiError } from './api-error.js';
import type { Form } from './form.js';
import { array, readParameters, text, type Parameters, type Readers } from './parameters.js';

export interface EndpointRequest {
  form: Form;
  /** The id in the path, or '' when the path has none. */
  id: string;
  cause: Cause;
  /** True when the caller has only a publishable key and therefore needs the client secret. */
  publishable: boolean;
}

/** A request whose parameters have been read. */
type EndpointCall<P> = Omit<EndpointRequest, 'form'> & { parameters: P };

/** One operation of Stripe's API reference. */
export interface Endpoint {
  method: 'GET' | 'POST';
  /** Contains `:id` when the operation is about one object. */
  path: string;
  publishableKeyAllowed: boolean;
  /**
   * Returns the object, or an ApiError whose effects stay (a decline). Throws an ApiError for an error without effects.
   * Also returns the fields to expand.
   */
  handle(request: EndpointRequest): { result: object | ApiError; expand: string[] };
}

export function endpoint<R extends Readers>(
  method: 'GET' | 'POST',
  path: string,
  readers: R,
  handle: (call: EndpointCall<Parameters<R>>) => object,
  options: { publishableKeyAllowed?: boolean } = {},
): Endpoint {
  const allReaders = { ...readers, expand: array(text()) };
  return {
    method,
    path,
    publishableKeyAllowed: options.publishableKeyAllowed ?? false,
    handle: ({ form, id, cause, publishable }) => {
      const parameters = readParameters(allReaders, form);
      return { result: handle({ parameters, id, cause, publishable }), expand: parameters.expand ?? [] };
    },
  };
}
