// How a configuration is refused: all that is wrong at once, each with what was found, what was expected and what to do.

export interface ConfigurationProblem {
  /** Where: `proxy.port`, or the name of an environment variable or file. */
  path: string;
  /** What stands there, secrets masked; and where it came from. */
  found: string;
  expected: string;
  fix: string;
}

export class ConfigurationProblems extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(describe(problems));
    this.name = 'ConfigurationProblems';
    this.problems = problems;
  }
}

function describe(problems: readonly ConfigurationProblem[]): string {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const lines = problems.map(
    ({ path, found, expected, fix }) =>
      `  ${path}\n    found:    ${found}\n    expected: ${expected}${fix ? `\n    fix:      ${fix}` : ''}`,
  );
  return `${count} in the configuration:\n${lines.join('\n')}`;
}
