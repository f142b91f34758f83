// Opens a page in the user's browser, where there is one to open. Never fails loudly: the address is printed anyway.
import { spawn } from 'node:child_process';

export interface BrowserSurroundings {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
}

/** The command that opens an address here; null where nobody would see it. */
export function openCommand(url: string, { platform, env }: BrowserSurroundings): string[] | null {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['cmd', '/c', 'start', '', url];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', url] : null;
}

export function openBrowser(url: string, surroundings: BrowserSurroundings): void {
  const [program, ...parameters] = openCommand(url, surroundings) ?? [];
  if (!program) return;
  const child = spawn(program, parameters, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
