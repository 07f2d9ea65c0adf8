/** Where a webhook may go. A name is looked up when it is delivered: every address of it is checked then. */
import { type WebhookUrlFault, WebhookUrlRefused } from './errors.js';
import { isAddress, isPublicAddress } from './public-address.js';

interface WebhookUrlRules {
  /** Also http, any port, and addresses inside our network: for development and tests. */
  readonly allowsPrivateAddresses: boolean;
}

/** Returns the URL in its normal form. Throws `WebhookUrlRefused`. */
export function webhookUrl(text: string, rules: WebhookUrlRules): string {
  const url = URL.parse(text);
  const fault = url === null ? 'malformed' : faultOf(url, rules);
  if (url === null || fault !== null) throw new WebhookUrlRefused(fault ?? 'malformed');
  url.hash = '';
  return url.href;
}

/** The host without the brackets of an IPv6 address and without a dot at its end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** RFC 6761, section 6.3: such names are this machine, and no server is asked. */
export function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function faultOf(url: URL, { allowsPrivateAddresses }: WebhookUrlRules): WebhookUrlFault | null {
  if (!(url.protocol === 'https:' || (url.protocol === 'http:' && allowsPrivateAddresses))) return 'not-https';
  if (url.username !== '' || url.password !== '') return 'credentials';
  if (allowsPrivateAddresses) return null;
  if (url.port !== '') return 'port';
  const host = hostOf(url);
  return isLocalName(host) || (isAddress(host) && !isPublicAddress(host)) ? 'private-address' : null;
}
