/** The network that a client's address belongs to, for limits that count by address. */
import { isIPv4, isIPv6 } from 'node:net';

/** Counted together: what a proxy writes instead of an address. */
const UNKNOWN = 'unknown';

/** Returns the IPv4 address, or the /64 network of an IPv6 address: one household or server has all of its addresses. */
export function networkOf(address: string): string {
  const ip = withoutPort(address);
  if (isIPv4(ip)) return ip;
  if (!isIPv6(ip)) return UNKNOWN;
  const groups = groupsOf(ip.split('%')[0]!);
  const isMappedIPv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMappedIPv4) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** Some proxies write the port too, which differs for each connection: `192.0.2.7:40001`, `[2001:db8::1]:40001`. */
function withoutPort(address: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address;
}

/** The eight groups of an IPv6 address without a zone. */
function groupsOf(ip: string): number[] {
  const [head, tail = ''] = withHexTail(ip).split('::');
  const [before, after] = [numbersOf(head!), numbersOf(tail)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

/** `::ffff:192.0.2.7` → `::ffff:c000:207` */
function withHexTail(ip: string): string {
  return ip.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a, b, c, d] = bytes.map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

function numbersOf(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => parseInt(group, 16));
}
