// Networks in `access` that nobody can read would let nobody in, and nobody would know why.
import type { AccessConfiguration } from '../contract/access/access-configuration.ts';
import { networkProblem } from './keys/networks.ts';
import type { ConfigurationProblem } from './problems.ts';

export function checkAccess({ openTo, trustedProxies }: AccessConfiguration): ConfigurationProblem[] {
  return [...check('access.openTo', openTo), ...check('access.trustedProxies', trustedProxies)];
}

function check(dotted: string, networks: readonly string[]): ConfigurationProblem[] {
  return networks.flatMap((written, index) =>
    networkProblem(written) === null
      ? []
      : [
          {
            path: `${dotted}[${index}]`,
            found: `"${written}"`,
            expected: '"loopback", an address, or a network such as 10.0.0.0/8 or fd00::/8',
            fix: 'names cannot stand here: write the network that they are in',
          },
        ],
  );
}
