import type { FastifyInstance } from 'fastify';
import { faultSettingsSchema, noFaults, type FaultSettings } from '../faults/fault-settings.js';
import { KnobError } from './knob-input.js';
import type { Controls } from './controls.js';

export function faultKnobs(server: FastifyInstance, { faults }: Controls): void {
  server.get('/sandbox/faults', () => faults.settings);

  server.put<{ Body: Partial<FaultSettings> }>('/sandbox/faults', { schema: { body: faultSettingsSchema } }, ({ body }) => {
    const settings = { ...noFaults, ...body };
    for (const [index, fault] of settings.api.entries()) {
      if (fault.when === 'after' && (fault.answer === 'rate_limit' || fault.answer === 'lock_timeout')) {
        throw new KnobError(`api/${index}/when must be before: ${fault.answer} refuses a request that was never executed`);
      }
    }
    faults.replace(settings);
    return faults.settings;
  });

  server.delete('/sandbox/faults', () => {
    faults.replace(noFaults);
    return faults.settings;
  });
}
