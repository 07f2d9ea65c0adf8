/** What the demo takes of the environment and of `.env`, which may be those of a real system: times, limits and ports, but nothing that leads to a server or opens one. */

type Variables = Readonly<Record<string, string | undefined>>;
export type DemoEnvironment = Variables;

/** Addresses, secrets, files with either, and what is true of another server alone. */
const OF_A_REAL_SYSTEM =
  /(_URLS?|_ENDPOINT|_BUCKET|_REGION|_KEY|_KEY_ID|_SECRET|_PASSWORD|_FILE)$|^(DATABASE_POOLER|DATABASE_PREPARED_STATEMENTS|ADMIN_EMAIL)$/;
/** The address of a front end in the links of mails, which are caught; and a collector of traces, which is only told. */
const TAKEN: ReadonlySet<string> = new Set(['PUBLIC_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT']);

/**
 * A broker has a name of its own, which no process of a real system reads: so it is never that of a real system by accident. Keys and secrets of Stripe are
 * taken only together with the stand-in that they are for.
 */
export function demoEnvironment(variables: Variables): DemoEnvironment {
  const hasStripe = isGiven(variables, 'STRIPE_API_URL');
  const isTaken = (name: string): boolean => {
    if (name.startsWith('STRIPE_') && hasStripe) return true;
    return TAKEN.has(name) || !OF_A_REAL_SYSTEM.test(name);
  };
  const taken = Object.entries(variables).filter(([name]) => isTaken(name));
  return { ...Object.fromEntries(taken), AMQP_URL: variables['DEMO_AMQP_URL'] };
}

/** Whether somebody has set this variable, or a file for it. */
export function isGiven(variables: Variables, name: string): boolean {
  return [name, `${name}_FILE`].some((each) => (variables[each] ?? '').trim() !== '');
}
