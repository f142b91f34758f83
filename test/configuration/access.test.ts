// Who may call, as the configuration and the environment say it.
import { expect, it } from 'vitest';
import { ConfigurationProblems } from '../../configuration/load.ts';
import { load } from './folder.ts';

it('takes the networks that may call from the environment', () => {
  const { configuration } = load({ env: { SIGHTLINE_OPEN_TO: 'loopback, 172.16.0.0/12' } });
  expect(configuration.access.openTo).toEqual(['loopback', '172.16.0.0/12']);
});

it('refuses a network that nobody can read, instead of letting nobody in', () => {
  const wrong = { access: { openTo: ['localhost'], trustedProxies: ['10.0.0.0/8', '10.0.0.0/40'] } };
  expect(() => load({ file: wrong })).toThrow(ConfigurationProblems);
  expect(() => load({ file: wrong })).toThrow(/access\.openTo\[0\].*access\.trustedProxies\[1\]/s);
});

it('follows a reference to the pepper', () => {
  const { configuration } = load({ file: { access: { pepper: 'env:PEPPER' } }, env: { PEPPER: 'secret' } });
  expect(configuration.access.pepper).toBe('secret');
});
