// Signs a request to Bedrock with a pair of Amazon's keys (Signature Version 4).
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { AwsV4Signer } from 'aws4fetch';

export interface AwsKeyPair {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials; else ''. */
  sessionToken: string;
}

export interface AwsRequest {
  method: string;
  /** As it goes out: the model's id in it may be percent-encoded or not. */
  url: string;
  headers: readonly [string, string][];
  body: string | Uint8Array<ArrayBuffer>;
  credentials: AwsKeyPair;
  region: string;
  /** The signature holds for some minutes around it. */
  at: Date;
}

/**
 * The headers to send, the given ones among them. The path is encoded once more for the signature, as all of Amazon's
 * services but S3 want it: "%3A" of a model id is signed as "%253A".
 */
export async function signAws({ credentials, at, headers, ...request }: AwsRequest): Promise<[string, string][]> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new AwsV4Signer({
    ...request,
    headers: headers.map((header): [string, string] => [...header]),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === '' ? {} : { sessionToken }),
    service: 'bedrock',
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  return [...signed.headers];
}
