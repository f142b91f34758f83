// What must hold of the vault's settings: master keys are referred to and never written down, and there is one way to them.
import type { Configuration } from '../contract/configuration.ts';
import type { ConfigurationProblem } from './problems.ts';

const reference = /^(env|file):./;

export function checkVault({ vault, providers }: Pick<Configuration, 'vault' | 'providers'>): ConfigurationProblem[] {
  const keys: [string, string][] = [
    ['vault.masterKey', vault.masterKey],
    ...vault.previousMasterKeys.map((key, index): [string, string] => [`vault.previousMasterKeys.${index}`, key]),
  ];
  const problems = keys.flatMap(([path, key]) =>
    key === '' || reference.test(key)
      ? []
      : [
          {
            path,
            found: 'something that is no reference',
            expected: '"env:NAME" or "file:/path": the key itself never stands in the configuration',
            fix: '`sightline vault init` makes a file to refer to',
          },
        ],
  );
  if (vault.masterKey !== '' && vault.command.length > 0)
    problems.push({
      path: 'vault.command',
      found: 'a program beside vault.masterKey',
      expected: 'one of the two',
      fix: 'take out the one that is not used',
    });
  return [...problems, ...checkProviders(providers)];
}

function checkProviders(providers: Configuration['providers']): ConfigurationProblem[] {
  return Object.entries(providers).flatMap(([name, { apiKey, apiKeys = [] }]) => {
    if (!apiKey?.startsWith('vault:')) return [];
    const path = `providers.${name}.apiKey`;
    const expected = '"vault:" alone, for whatever the vault has for this provider';
    if (apiKey !== 'vault:') return [{ path, found: 'more than "vault:"', expected, fix: 'write "vault:"' }];
    if (apiKeys.length === 0) return [];
    return [{ path, found: '"vault:" beside apiKeys', expected, fix: 'add those keys to the vault as well' }];
  });
}
