// Builds the dashboard when a fresh clone has none yet, so that the demo has something to show.
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import path from 'node:path';

export interface DashboardBuild {
  /** Folder of the package. */
  root: string;
  node: string;
  say: (text: string) => void;
}

/** Does nothing when dashboard/dist is there. Without vite, or when it fails, says so and goes on: the figures still work. */
export async function ensureDashboard({ root, node, say }: DashboardBuild): Promise<void> {
  if (await exists(path.join(root, 'dashboard/dist/index.html'))) return;
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  if (!(await exists(vite))) {
    say('The dashboard is not built and vite is not installed: run `npm install`, then `npm run build`.\n');
    return;
  }
  say('Building the dashboard once (about ten seconds) …\n');
  const { code, output } = await run(node, [vite, 'build', '--config', 'dashboard/vite.config.ts'], root);
  if (code !== 0)
    say(`The dashboard could not be built (vite ended with ${code}); going on without it.\n${output.slice(-2000)}\n`);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function run(program: string, parameters: string[], cwd: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
