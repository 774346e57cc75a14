/** Certificates for tests, made by openssl: each its own authority, for `localhost`. */

export const hasOpenssl = await new Deno.Command("openssl", { args: ["version"] }).output()
  .then(({ success }) => success, () => false);

/** Writes `NAME.cert.pem` and `NAME.key.pem` into a folder. */
export async function makeCertificate(folder: string, name: string) {
  const files = { cert: `${folder}/${name}.cert.pem`, key: `${folder}/${name}.key.pem` };
  const { success, stderr } = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      .concat(["-keyout", files.key, "-out", files.cert, "-days", "2", "-subj", `/CN=${name}`])
      .concat(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
      .concat(["-addext", "basicConstraints=critical,CA:FALSE"]),
  }).output();
  if (!success) throw new Error(`Cannot make a certificate: ${new TextDecoder().decode(stderr)}`);
  return {
    files,
    cert: await Deno.readTextFile(files.cert),
    key: await Deno.readTextFile(files.key),
  };
}

/** Asks by TLS, believing this certificate alone. */
export async function askByTls(url: string, caCert: string, init: RequestInit = {}) {
  const client = Deno.createHttpClient({ caCerts: [caCert] });
  try {
    const response = await fetch(url, { ...init, client, redirect: "manual" });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } finally {
    client.close();
  }
}
