import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  it('settings are found by their class', () => {
    const settings = loadSettings({ LAMP_WATTS: '40', SHADE_COLOUR: 'red' }, [LampSettings, ShadeSettings]);
    expect(settings.get(LampSettings).watts).toBe(40);
    expect(settings.get(ShadeSettings).colour).toBe('red');
    expect(settings.classes).toEqual([LampSettings, ShadeSettings]);
  });

  it('faults in several classes of settings are reported together', () => {
    const load = (): unknown => loadSettings({ LAMP_WATTS: 'many' }, [LampSettings, ShadeSettings]);
    expect(load).toThrow(new SettingsInvalid(['LAMP_WATTS must be a whole number from 1 to 100', 'SHADE_COLOUR is required']));
  });

  it('a variable may be in the file that <name>_FILE names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    const file = join(folder, 'colour');
    writeFileSync(file, 'green\n');
    const load = (own: Record<string, string>) => loadSettings({ LAMP_WATTS: '40', ...own }, [LampSettings, ShadeSettings]);
    expect(load({ SHADE_COLOUR_FILE: file }).get(ShadeSettings).colour).toBe('green');
    expect(() => load({ SHADE_COLOUR_FILE: join(folder, 'none') })).toThrow('SHADE_COLOUR_FILE names a file that cannot be read');
    expect(() => load({ SHADE_COLOUR_FILE: file, SHADE_COLOUR: 'red' })).toThrow('must not be set together with SHADE_COLOUR');
    writeFileSync(file, '\n');
    expect(() => load({ SHADE_COLOUR_FILE: file })).toThrow('SHADE_COLOUR_FILE names an empty file');
    rmSync(folder, { recursive: true });
  });

  it('a class of settings that was not loaded is refused', () => {
    expect(() => loadSettings({ LAMP_WATTS: '40' }, [LampSettings]).get(ShadeSettings)).toThrow('ShadeSettings was not loaded');
  });
});
