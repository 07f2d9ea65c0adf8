import type { FastifyInstance } from 'fastify';
import { FAULT_SETTINGS_SCHEMA, NO_FAULTS, type FaultSettings } from '../faults/fault-settings.js';
import type { ControlDependencies } from './control-dependencies.js';
import { ControlError } from './control-error.js';

export function registerFaultControls(server: FastifyInstance, { faults }: ControlDependencies): void {
  server.get('/sandbox/faults', () => faults.settings);

  server.put<{ Body: Partial<FaultSettings> }>('/sandbox/faults', { schema: { body: FAULT_SETTINGS_SCHEMA } }, ({ body }) => {
    const settings = { ...NO_FAULTS, ...body };
    for (const [index, fault] of settings.api.entries()) {
      if (fault.when === 'after' && (fault.answer === 'rate_limit' || fault.answer === 'lock_timeout')) {
        throw new ControlError(`api/${index}/when must be before: ${fault.answer} refuses a request that was never executed`);
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
