/** Which IP addresses are those of the public Internet: a webhook goes to no other, so that no endpoint reaches servers inside our network. */

/** The registries of special addresses (IANA, RFC 6890), and multicast: network and length of its prefix. */
const NOT_PUBLIC_IPV4: readonly (readonly [network: string, prefixBits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Carrier-grade NAT.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local: also where clouds keep the credentials of a machine.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Of the global unicast addresses, those that are special or hold an IPv4 address: 2001::/23 (Teredo too), documentation, 6to4. */
const NOT_PUBLIC_IPV6: readonly (readonly [network: string, prefixBits: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];
const GLOBAL_UNICAST = ['2000::', 3] as const;

const OCTET = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const IPV6_GROUPS = 8;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** IPv4 or IPv6 as text, without brackets. False also for what is no address. IPv4-mapped and other IPv6 forms of IPv4 are not public. */
export function isPublicAddress(address: string): boolean {
  if (IPV4.test(address)) return !isInAny(bitsOfIpv4(address), NOT_PUBLIC_IPV4, bitsOfIpv4);
  const bits = bitsOfIpv6(address);
  return bits !== null && isInAny(bits, [GLOBAL_UNICAST], bitsOfIpv6) && !isInAny(bits, NOT_PUBLIC_IPV6, bitsOfIpv6);
}

/** Whether the text is an IPv4 address, or an IPv6 address without brackets. */
export function isAddress(text: string): boolean {
  return IPV4.test(text) || bitsOfIpv6(text) !== null;
}

function isInAny(
  bits: string,
  networks: readonly (readonly [network: string, prefixBits: number])[],
  bitsOf: (address: string) => string | null,
): boolean {
  return networks.some(([network, prefixBits]) => bitsOf(network)?.slice(0, prefixBits) === bits.slice(0, prefixBits));
}

function bitsOfIpv4(address: string): string {
  return address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
}

/** Null for what is no IPv6 address. A zone (`fe80::1%eth0`) is none that a URL can name. */
function bitsOfIpv6(address: string): string | null {
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(address);
  const text = dotted === null ? address : `${dotted[1]}${groupsOfIpv4(dotted[2] ?? '')}`;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = IPV6_GROUPS - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array<string>(right === undefined ? 0 : missing).fill('0'), ...(right ?? [])];
  if (!groups.every((group) => GROUP.test(group))) return null;
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

function groupsOfIpv4(address: string): string {
  if (!IPV4.test(address)) return '?';
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
