/**
 * Words of the kernel's command line that add a unit to a system and start it, by a credential of
 * systemd's; nothing of the image is changed.
 */
export function addedUnit(name: string, text: string): string {
  const credential = `systemd.extra-unit.${name}.service:${
    new TextEncoder().encode(text).toBase64()
  }`;
  return `systemd.wants=${name}.service systemd.set_credential_binary=${credential}`;
}
