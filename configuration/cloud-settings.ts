// What the large clouds want beside a key: a project (Vertex AI), or a pair of keys that signs each request (Bedrock).
import type { ProviderRow } from '../catalog/provider.ts';
import type { ProviderConfiguration } from '../contract/configuration.ts';
import type { AwsCredentials, ResolvedProvider } from './provider.ts';
import type { SecretReader } from './secrets.ts';

/** The file first, then the variables that each cloud's own tools read. */
export function cloudSettings(
  name: string,
  row: ProviderRow | null,
  settings: ProviderConfiguration,
  { secrets }: { secrets: SecretReader },
): Pick<ResolvedProvider, 'project' | 'aws'> {
  const dialect = settings.dialect ?? row?.dialect;
  const project = dialect === 'vertex' ? secrets.variable(['GOOGLE_CLOUD_PROJECT', 'GCP_PROJECT'])?.value : '';
  return {
    project: settings.project || project || '',
    aws: dialect === 'bedrock' ? awsCredentials(name, settings, secrets) : null,
  };
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
