import type { FastifyInstance } from 'fastify';
import { FAULT_SETTINGS_SCHEMA, NO_FAULTS, type ApiFault, type FaultSettings } from '../faults/fault-settings.js';
import type { ControlDependencies } from './control-dependencies.js';
import { ControlError } from './control-error.js';

const REFUSALS: ReadonlySet<ApiFault['answer']> = new Set(['rate_limit', 'lock_timeout', 'balance_too_low']);

export function registerFaultControls(server: FastifyInstance, { faults }: ControlDependencies): void {
  server.get('/sandbox/faults', () => faults.settings);

  server.put<{ Body: Partial<FaultSettings> }>('/sandbox/faults', { schema: { body: FAULT_SETTINGS_SCHEMA } }, ({ body }) => {
    const settings = { ...NO_FAULTS, ...body };
    for (const [index, fault] of settings.api.entries()) {
      if (fault.when === 'after' && REFUSALS.has(fault.answer)) {
        throw new ControlError(`api/${index}/when must be before: ${fault.answer} refuses a request that was never executed`);
      }
      if (fault.answer === 'balance_too_low' && (fault.method !== 'POST' || fault.path !== '/v1/refunds')) {
        throw new ControlError(`api/${index} must have the method POST and the path /v1/refunds: only refunds take of the balance`);
      }
    }
    faults.replace(settings);
    return faults.settings;
  });

  server.delete('/sandbox/faults', () => {
    faults.replace(NO_FAULTS);
    return faults.settings;
  });
}
