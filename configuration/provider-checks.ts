// What a provider's fields must agree on: a format in which its family can be asked, and settings of the cloud that it is in.
import { speakableFormats } from '../catalog/wire-formats.ts';
import type { Configuration, ProviderConfiguration, ProviderDialect } from '../contract/configuration.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ResolvedProvider } from './provider.ts';

export function checkProviderSettings(
  { providers: written }: Configuration,
  providers: readonly ResolvedProvider[],
): ConfigurationProblem[] {
  return providers.flatMap((provider) => {
    const settings = written[provider.name];
    if (!settings) return [];
    const path = `providers.${provider.name}`;
    return [
      ...checkSpeaks(provider, path),
      ...checkElsewhere(settings, provider.dialect, path),
      ...checkBedrock(settings, provider, path),
      ...checkVertex(settings, provider, path),
    ];
  });
}

function checkSpeaks({ speaks, dialect, quirks }: ResolvedProvider, path: string): ConfigurationProblem[] {
  const formats = speakableFormats(dialect, quirks);
  if (speaks === null || formats.includes(speaks)) return [];
  return [
    {
      path: `${path}.speaks`,
      found: `"${speaks}", in which a provider of the family "${dialect}" cannot be asked`,
      expected: `one of ${formats.join(', ')}`,
      fix: didYouMean(speaks, formats) || 'take the line out, and it is asked in the format it speaks best',
    },
  ];
}

/** Settings of one cloud that stand at a provider of another would do nothing, and nobody would notice. */
const belongsTo = {
  project: { family: 'vertex', what: 'Vertex AI' },
  credentials: { family: 'vertex', what: 'Vertex AI' },
  aws: { family: 'bedrock', what: 'Bedrock' },
} as const;

function checkElsewhere(settings: ProviderConfiguration, dialect: ProviderDialect, path: string) {
  return (['project', 'credentials', 'aws'] as const).flatMap((field): ConfigurationProblem[] => {
    const { family, what } = belongsTo[field];
    if (!settings[field] || dialect === family) return [];
    return [
      {
        path: `${path}.${field}`,
        found: `a setting of ${what} at a provider of the family "${dialect}"`,
        expected: `it where "dialect" is "${family}"`,
        fix: 'take it out, or correct "like" or "dialect"',
      },
    ];
  });
}

function checkBedrock({ aws }: ProviderConfiguration, provider: ResolvedProvider, path: string) {
  const problems: ConfigurationProblem[] = [];
  if (provider.dialect !== 'bedrock') return problems;
  if (aws && !provider.aws)
    problems.push({
      path: `${path}.aws`,
      found: 'a pair of keys of which one is empty',
      expected: 'accessKeyId and secretAccessKey',
      fix: 'write both, each as "env:NAME" or "file:/path", or give an apiKey instead',
    });
  if (provider.aws && provider.apiKey === null && provider.region === '')
    problems.push({
      path: `${path}.region`,
      found: 'nothing',
      expected: 'the region for which requests are signed, such as "us-east-1"',
      fix: 'set it here, or export AWS_REGION',
    });
  return problems;
}

/** Only an API key says by itself whose project it is. */
function checkVertex({ credentials }: ProviderConfiguration, provider: ResolvedProvider, path: string) {
  if (provider.dialect !== 'vertex' || credentials === undefined || provider.project !== '') return [];
  return [
    {
      path: `${path}.project`,
      found: 'nothing, and the service account names none',
      expected: 'the id of a Google Cloud project',
      fix: 'set it here, or export GOOGLE_CLOUD_PROJECT',
    },
  ];
}
