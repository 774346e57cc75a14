/** What the aggregator's program says of itself. */
export const HELP = `Printwarden's aggregator: cases, decisions and the console

  deno task cloud serve     [--config FILE] [--state DIR] [--nats URL] [--port N]
  deno task cloud provision --state DIR --site NAME [--host NAME]… [--nats-port N] [--experts-required 0|1|2] [--jobs-signed yes|no]
                            [--tls-cert FILE --tls-key FILE [--tls-ca FILE] | --tls-own]
                            [--device ID]… [--device-key ID=U…,U…]…
                            [--listener NAME]…   machines that hear alerts by NATS
                            [--node NAME=HOST[:PORT[:CLUSTERPORT]]]…   a cluster's members, 3 or 5
                            [--jwt]   the broker trusts an operator's JWTs instead of a list of users
                              makes keys, certificates and nats-server's configuration, or renews them;
                              --host: how devices reach the broker, the first above all
  deno task cloud enrol     [--label TEXT] [--minutes N] [--console URL]    prints a one-time token for a device
  deno task cloud revoke    DEVICE                                          cuts a device off at once
  deno task cloud devices                                                   lists them
  deno task cloud token     --name NAME [--scope read|decide|job|metrics]… [--days N] [--site NAME]
                                                                            prints a token for scripts
  deno task cloud invite    [--role viewer|operator|expert|admin] [--site NAME]   prints a link for a person
  deno task cloud experts   [--certify NAME [--days N] [--root FILE]]       who may sign, and vouching for them
  deno task cloud registrar --name NAME --key KEY [--days N] [--root FILE]  vouches for a machine that registers jobs
  deno task cloud audit verify [--known ROW:DIGEST]                         checks the chain of acts
  deno task cloud audit export                                              prints it, one row a line (JSON)
  deno task cloud maintenance (--printer SITE/DEVICE/PRINTER | --site SITE) --minutes N --what TEXT
                              announces a change: what is found is recorded, and nobody alarmed
  deno task cloud maintenance [--end ID]                                    lists them, or takes one back
  deno task cloud openapi                                                   writes what the HTTP API is, as OpenAPI
  deno task cloud asyncapi                                                  writes what travels over NATS, as AsyncAPI
  deno task cloud config                                                    lists every configuration key

Every command takes --config FILE (TOML) and --state DIR (outweighs the configured folder).
`;
