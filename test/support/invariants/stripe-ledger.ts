/** The ledger of the Stripe sandbox: every intent, charge and refund that exists there. */
import type { SystemUnderTest } from '../invariants.js';

interface LedgerObject {
  readonly object: string;
  readonly id: string;
  readonly amount: number;
  readonly amount_captured: number;
  readonly currency: string;
  readonly status: string;
  readonly paid: boolean;
  readonly payment_intent: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StripeLedger {
  /** By id. */
  readonly intents: ReadonlyMap<string, LedgerObject>;
  /** Those that were paid. */
  readonly charges: readonly LedgerObject[];
  /** Those that succeeded. */
  readonly refunds: readonly LedgerObject[];
}

export async function readStripeLedger({ sandboxUrl }: SystemUnderTest): Promise<StripeLedger> {
  const response = await fetch(`${sandboxUrl}/sandbox/ledger`);
  if (!response.ok) throw new Error(`The sandbox's ledger answered ${response.status}`);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  const objects = lines.map((line) => JSON.parse(line) as LedgerObject);
  const ofKind = (kind: string): LedgerObject[] => objects.filter(({ object }) => object === kind);
  return {
    intents: new Map(ofKind('payment_intent').map((intent) => [intent.id, intent])),
    charges: ofKind('charge').filter(({ paid }) => paid),
    refunds: ofKind('refund').filter(({ status }) => status === 'succeeded'),
  };
}
