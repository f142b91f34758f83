// For processes that cannot go on without a configuration: loads it, or says all that is wrong and ends with code 2,
// which tells a supervisor that starting again would change nothing.
import { ConfigurationProblems, type LoadedConfiguration, type LoadOptions, loadConfiguration } from './load.ts';

export interface LoadOrExitOptions extends LoadOptions {
  say(message: string): void;
  exit(code: number): never;
}

export function loadOrExit({ say, exit, ...options }: LoadOrExitOptions): LoadedConfiguration {
  try {
    const loaded = loadConfiguration(options);
    for (const notice of loaded.notices) say(notice);
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigurationProblems)) throw error;
    say(error.message);
    return exit(2);
  }
}
