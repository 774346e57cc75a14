import { type Authenticator, credsAuthenticator, nkeyAuthenticator } from "nats";

/** Proves to the broker who this is, by an nkey's seed alone or by a JWT and the seed behind it. */
export function brokerAuthenticator(key: Uint8Array): Authenticator {
  const withToken = new TextDecoder().decode(key).includes("BEGIN NATS USER JWT");
  return withToken ? credsAuthenticator(key) : nkeyAuthenticator(key);
}
