import { networkOf } from './network.js';

describe('The network of an address', () => {
  it('an IPv4 address is counted by itself, also where it is written as IPv6', () => {
    const spellings = ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:c000:0207', '0:0:0:0:0:ffff:192.0.2.7'];
    expect(new Set(spellings.map(networkOf))).toEqual(new Set(['192.0.2.7']));
  });

  it('all addresses of one IPv6 network are counted together', () => {
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:0001:0002:0:0:0:9', '2001:db8:1:2::'];
    expect(new Set(same.map(networkOf))).toEqual(new Set(['2001:db8:1:2::/64']));
  });

  it('networks are told apart, also when zeros are left out', () => {
    expect([networkOf('::1'), networkOf('2001:db8::1'), networkOf('2001:db8:0:1::'), networkOf('fe80::1%eth0')]).toEqual([
      '0:0:0:0::/64',
      '2001:db8:0:0::/64',
      '2001:db8:0:1::/64',
      'fe80:0:0:0::/64',
    ]);
  });

  it('a port is no part of the network', () => {
    expect([networkOf('192.0.2.7:40001'), networkOf('[2001:db8:1:2::1]:40001'), networkOf('[2001:db8:1:2::1]')]).toEqual([
      '192.0.2.7',
      '2001:db8:1:2::/64',
      '2001:db8:1:2::/64',
    ]);
  });

  it('all that is no address is counted together', () => {
    expect(new Set(['', 'unknown', '_hidden', '192.0.2', 'x'.repeat(5_000)].map(networkOf))).toEqual(new Set(['unknown']));
  });
});
