import { nkeys } from "nats";
import { deviceSigningKey } from "../../shared/device_key.ts";
import { signDetached, type SigningKey } from "../../shared/signing.ts";

/** Signs what the device says with its own key: so the broker can't speak in its name. */
export class OrderedSigner {
  #key: SigningKey | null = null;
  /** Resolves once the message that was handed over last may leave. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param seed the nkey seed that it signs with */
  constructor(private readonly seed: Uint8Array) {}

  /** The signature of each, in the order in which they were handed over. */
  sign(bytes: Uint8Array): Promise<string> {
    const key = this.#key ??= deviceKey(this.seed);
    // Signed side by side, as each takes turns of a busy loop; yet messages must leave in the order
    // in which they were handed over.
    const mine = Promise.all([signDetached(bytes, key), this.#turn]).then(([signed]) => signed);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

function deviceKey(seed: Uint8Array): SigningKey {
  const text = new TextDecoder().decode(seed).trim();
  return deviceSigningKey(text, nkeys.fromSeed(new TextEncoder().encode(text)).getPublicKey());
}
