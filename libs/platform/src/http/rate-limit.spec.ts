import { network } from './rate-limit.js';

describe('Counting an address', () => {
  it('counts an IPv4 address by itself, also where it is written as IPv6', () => {
    expect([network('192.0.2.7'), network('::ffff:192.0.2.7')]).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  it('counts all addresses of one IPv6 network together', () => {
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:0001:0002:0:0:0:9', '2001:db8:1:2::'];
    expect(new Set(same.map(network))).toEqual(new Set(['2001:db8:1:2::/64']));
  });

  it('tells networks apart, however the zeros are left out', () => {
    expect([network('::1'), network('2001:db8::1'), network('2001:db8:0:1::'), network('fe80::1%eth0')]).toEqual([
      '0:0:0:0::/64',
      '2001:db8:0:0::/64',
      '2001:db8:0:1::/64',
      'fe80:0:0:0::/64',
    ]);
  });
});
