/** Asks for the addresses of a host. */
import { Resolver } from 'node:dns/promises';
import { isAddress } from '../domain/public-address.js';
import { isLocalName } from '../domain/webhook-url.js';

/** Of one question to one server. */
const DNS_TIMEOUT_MS = 3_000;
/** Answers that say: there is no such name, or no address of this kind. */
const NO_ADDRESS = new Set(['ENOTFOUND', 'ENODATA']);

export abstract class HostNames {
  /** Returns every address, at least one. Throws an error with the `code` of DNS. */
  abstract addressesOf(host: string): Promise<string[]>;
}

/**
 * Asks the DNS servers of the machine. Not `dns.lookup`: it occupies a thread of the process for each question, so that a few slow names would
 * delay all others.
 */
export class DnsHostNames extends HostNames {
  async addressesOf(host: string): Promise<string[]> {
    if (isAddress(host)) return [host];
    if (isLocalName(host)) return ['127.0.0.1'];
    const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS });
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as NodeJS.ErrnoException] : []));
    throw (
      reasons.find(({ code }) => !NO_ADDRESS.has(code ?? '')) ?? Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' })
    );
  }
}
