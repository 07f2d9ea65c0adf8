/** Looks for secrets in what a process prints: those of its settings, and what is shaped like one that was made while it ran. */

/** Values that are shorter stand in many lines by chance. */
const MIN_SECRET_CHARACTERS = 12;
/** A secret may come in two parts. None is longer. */
const KEPT_CHARACTERS = 2_048;

const SHAPES: Readonly<Record<string, RegExp>> = {
  'an access token': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,}/,
  'a refresh token': /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{20,}/,
  'an API key': /\bcinema_[0-9a-f]{12}_[0-9a-f]{32,}/,
  'a secret of a webhook': /\bwhsec_[A-Za-z0-9+/]{16,}/,
  'a client secret': /\bpi_\w+_secret_\w+/,
  'a card number': /\b4[0-9]{3}(?:[ -]?[0-9]{4}){3}\b/,
  'a password hash': /\$argon2\w+\$/,
};

export class PrintedSecrets {
  /** What was found, each once, without its value. */
  readonly found = new Set<string>();
  readonly #values: readonly (readonly [name: string, value: string])[];
  #last = '';

  /** `own`: more secrets by their names. */
  constructor(env: Readonly<Record<string, string>>, own: Readonly<Record<string, string>> = {}) {
    const ofSettings = Object.entries(env).filter(([name]) => /(?:SECRET|PASSWORD|_KEY)$/.test(name) && !name.includes('PUBLISHABLE'));
    const ofUrls = Object.entries(env).map(([name, value]): [string, string] => [`the password of ${name}`, passwordOf(value)]);
    this.#values = [...ofSettings, ...ofUrls, ...Object.entries(own)].filter(([, value]) => value.length >= MIN_SECRET_CHARACTERS);
  }

  read(text: string): void {
    const all = this.#last + text;
    for (const [name, value] of this.#values) if (all.includes(value)) this.found.add(name);
    for (const [name, shape] of Object.entries(SHAPES)) if (shape.test(all)) this.found.add(name);
    this.#last = all.slice(-KEPT_CHARACTERS);
  }
}

function passwordOf(value: string): string {
  return /^\w+:\/\//.test(value) ? decodeURIComponent(URL.parse(value)?.password ?? '') : '';
}
