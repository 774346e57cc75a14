import type { CardWifi } from "./card_schema.ts";

/** Whether a file of wpa_supplicant's is about the same network. */
export function sameWifi(known: string, { name }: CardWifi): boolean {
  return known.includes(`ssid=${hexOf(name)}\n`);
}

/**
 * The file that wpa_supplicant reads for a network with a password, or an open one. The name goes in
 * hexadecimal and the password as its key, so neither can be misread.
 *
 * @param key 32 bytes from `wifiKey`; null for an open network
 */
export function wifiFile(wifi: CardWifi, key: Uint8Array | null): string {
  const lock = key === null ? "key_mgmt=NONE" : `psk=${key.toHex()}`;
  const protocols = key === null ? "" : "\n  key_mgmt=WPA-PSK WPA-PSK-SHA256\n  ieee80211w=1";
  return `country=${wifi.country}
network={
  ssid=${hexOf(wifi.name)}
  scan_ssid=1
  ${lock}${protocols}
}
`;
}

/** The key that WPA makes of a password and the network's name (IEEE 802.11, annex J.4). */
export async function wifiKey({ name, password }: CardWifi): Promise<Uint8Array> {
  const text = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", text.encode(password), "PBKDF2", false, [
    "deriveBits",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-1", salt: text.encode(name), iterations: 4096 };
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, 256));
}

function hexOf(text: string): string {
  return new TextEncoder().encode(text).toHex();
}
