/** Reads the settings of the platform and of every context from the same variables, and reports all faults together. */
import { Environment } from './environment.js';

/** A class of settings reads its own variables in its constructor. The class is its injection token. */
type SettingsClass<T extends object = object> = new (env: Environment) => T;

export class SettingsInvalid extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.name = 'SettingsInvalid';
  }
}

export class LoadedSettings {
  readonly #instances: ReadonlyMap<SettingsClass, object>;

  constructor(instances: ReadonlyMap<SettingsClass, object>) {
    this.#instances = instances;
  }

  get classes(): SettingsClass[] {
    return [...this.#instances.keys()];
  }

  get<T extends object>(type: SettingsClass<T>): T {
    const instance = this.#instances.get(type);
    if (instance === undefined) throw new Error(`${type.name} was not loaded`);
    return instance as T;
  }
}

/** Throws `SettingsInvalid` with every fault of every class. */
export function loadSettings(variables: Readonly<Record<string, string | undefined>>, classes: readonly SettingsClass[]): LoadedSettings {
  const env = new Environment(variables);
  const instances = new Map(classes.map((type) => [type, new type(env)]));
  if (env.faults.length > 0) throw new SettingsInvalid(env.faults);
  return new LoadedSettings(instances);
}
