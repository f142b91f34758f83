// `sightline vault`: providers' keys, sealed here and kept by the collector, which cannot open them.

import { collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, type Terminal, UsageProblem } from './command.ts';
import { addSecret } from './vault/add.ts';
import { initVault } from './vault/init.ts';
import { listSecrets } from './vault/list.ts';
import { removeSecret } from './vault/remove.ts';
import { rotateVault } from './vault/rotate.ts';
import { switchOver } from './vault/switch.ts';
import type { VaultAction } from './vault/vault-action.ts';

const usage = `Usage: sightline vault <action> [options]

  init [FILE]            make a master key (default: secrets/master-key in the data folder), readable for this user alone
  add PROVIDER           seal a key of PROVIDER, read from stdin or --file, and store it
  list                   what is stored; never the keys themselves
  rotate                 seal every data key under the master key that is configured now; may be interrupted and repeated
  switch PROVIDER        add a key, as \`add\` does, that takes over from the present ones at --at
  remove ID              take a secret back: proxies stop using it within seconds

  --file FILE      where the key stands; left out: stdin. A key is never an argument: other users could see it
  --label TEXT     for people: whose key it is
  --from TIME      use it from then on, such as 2026-12-01T00:00:00Z
  --until TIME     use it until then
  --at TIME        when the new key takes over (switch)
  --overlap SPAN   how long the old keys go on beside it, such as 30m or 2h (switch; default 0m)
${collectorFlagsUsage}

The master key is vault.masterKey or vault.command of the configuration. Exit code 0; 1 when something was refused.`;

const flags = {
  ...collectorFlags,
  file: { type: 'string' },
  label: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  at: { type: 'string' },
  overlap: { type: 'string' },
} as const;

const actions: Record<string, { run: VaultAction; takes: 'nothing' | 'something' | 'perhaps' }> = {
  init: { run: initVault, takes: 'perhaps' },
  add: { run: addSecret, takes: 'something' },
  list: { run: listSecrets, takes: 'nothing' },
  rotate: { run: rotateVault, takes: 'nothing' },
  switch: { run: switchOver, takes: 'something' },
  remove: { run: removeSecret, takes: 'something' },
};

export const vault: Command = {
  summary: 'providers’ keys, sealed: add, list, rotate, switch, remove',
  usage,
  async run(argv: string[], terminal: Terminal) {
    const { values, words } = readArguments(argv, flags);
    const [name = '', word, surplus] = words;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageProblem(name === '' ? 'vault what?' : `"vault ${name}" does not exist.`);
    const extra = action.takes === 'nothing' ? word : surplus;
    if (extra !== undefined) throw new UsageProblem(`"${extra}" means nothing here.`);
    if (action.takes === 'something' && word === undefined) throw new UsageProblem(`vault ${name} which?`);
    return orExplained(terminal, () =>
      action.run({ word: word ?? '', values, terminal, ...operating(values, terminal) }),
    );
  },
};
