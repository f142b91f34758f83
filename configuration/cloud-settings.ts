// What the large clouds want beside a key: a project and a service account (Vertex AI), or a pair of keys that signs each
// request (Bedrock).
import type { ProviderRow } from '../catalog/provider.ts';
import type { ProviderConfiguration } from '../contract/configuration.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { AwsCredentials, ResolvedProvider } from './provider.ts';
import type { SecretReader } from './secrets.ts';
import { type FoundAccount, readServiceAccount } from './service-account.ts';

interface Sources {
  secrets: SecretReader;
  problems: ConfigurationProblem[];
  notices: string[];
}

/** The file first, then the variables that each cloud's own tools read. */
export function cloudSettings(
  name: string,
  row: ProviderRow | null,
  settings: ProviderConfiguration,
  sources: Sources,
): Pick<ResolvedProvider, 'project' | 'aws' | 'serviceAccount'> {
  const dialect = settings.dialect ?? row?.dialect;
  const aws = dialect === 'bedrock' ? awsCredentials(name, settings, sources.secrets) : null;
  if (dialect !== 'vertex') return { project: settings.project, aws, serviceAccount: null };
  const named = sources.secrets.variable(['GOOGLE_CLOUD_PROJECT', 'GCP_PROJECT'])?.value ?? '';
  const project = settings.project || named;
  const found = googleAccount(name, settings, sources, project !== '');
  return { project: project || (found?.project ?? ''), aws, serviceAccount: found?.account ?? null };
}

/**
 * GOOGLE_APPLICATION_CREDENTIALS serves many tools: it is looked at only where a project says that Vertex AI is meant, and,
 * as with keys, never for an address written in the file.
 */
function googleAccount(
  name: string,
  { credentials, baseUrl, apiKey }: ProviderConfiguration,
  { secrets, problems, notices }: Sources,
  hasProject: boolean,
): FoundAccount | null {
  if (credentials !== undefined) {
    const path = `providers.${name}.credentials`;
    const text = secrets.follow(path, credentials);
    return text === null ? null : readServiceAccount(path, text, problems);
  }
  const variable = secrets.variable(['GOOGLE_APPLICATION_CREDENTIALS']);
  if (!variable || !hasProject || baseUrl || apiKey !== undefined) return null;
  const text = secrets.follow(variable.name, `file:${variable.value}`);
  if (text === null) return null;
  const unfit: ConfigurationProblem[] = [];
  const found = readServiceAccount(variable.name, text, unfit);
  if (!found) notices.push(`${variable.name} is not used for ${name}: it holds ${unfit[0]?.found ?? 'nothing'}.`);
  return found;
}

function awsCredentials(
  name: string,
  { aws, baseUrl }: ProviderConfiguration,
  secrets: SecretReader,
): AwsCredentials | null {
  if (aws) {
    const follow = (field: keyof AwsCredentials) => secrets.follow(`providers.${name}.aws.${field}`, aws[field]) ?? '';
    const followed = {
      accessKeyId: follow('accessKeyId'),
      secretAccessKey: follow('secretAccessKey'),
      sessionToken: follow('sessionToken'),
    };
    return followed.accessKeyId && followed.secretAccessKey ? followed : null;
  }
  // As with keys: what the environment holds for Amazon does not go to an address written in the file.
  if (baseUrl) return null;
  const accessKeyId = secrets.variable(['AWS_ACCESS_KEY_ID']);
  const secretAccessKey = secrets.variable(['AWS_SECRET_ACCESS_KEY']);
  if (!accessKeyId || !secretAccessKey) return null;
  const sessionToken = secrets.variable(['AWS_SESSION_TOKEN'])?.value ?? '';
  return { accessKeyId: accessKeyId.value, secretAccessKey: secretAccessKey.value, sessionToken };
}
