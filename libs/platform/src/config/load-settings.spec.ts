import type { Environment } from './environment.js';
import { SettingsInvalid, loadSettings } from './load-settings.js';

class LampSettings {
  readonly watts: number;

  constructor(env: Environment) {
    this.watts = env.integer('LAMP_WATTS', { min: 1, max: 100 });
  }
}

class ShadeSettings {
  readonly colour: string;

  constructor(env: Environment) {
    this.colour = env.text('SHADE_COLOUR');
  }
}

describe('loadSettings', () => {
  it('gives each class of settings by its class', () => {
    const settings = loadSettings({ LAMP_WATTS: '40', SHADE_COLOUR: 'red' }, [LampSettings, ShadeSettings]);
    expect(settings.get(LampSettings).watts).toBe(40);
    expect(settings.get(ShadeSettings).colour).toBe('red');
    expect(settings.classes).toEqual([LampSettings, ShadeSettings]);
  });

  it('reports the faults of all classes together', () => {
    const load = (): unknown => loadSettings({ LAMP_WATTS: 'many' }, [LampSettings, ShadeSettings]);
    expect(load).toThrow(new SettingsInvalid(['LAMP_WATTS must be a whole number from 1 to 100', 'SHADE_COLOUR is required']));
  });

  it('refuses a class that was not loaded', () => {
    expect(() => loadSettings({ LAMP_WATTS: '40' }, [LampSettings]).get(ShadeSettings)).toThrow('ShadeSettings was not loaded');
  });
});
