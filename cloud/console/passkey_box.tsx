interface PasskeyBoxProps {
  /** Which ceremony of `passkey.js` the button begins. */
  act: "sign-in" | "join" | "add";
  label: string;
  /** Where to go afterwards; signing in only. */
  next?: string;
  primary?: boolean;
}

/**
 * A button that asks for a passkey, and the place where a refusal is told. It shows itself only
 * where the browser has passkeys; a page that uses it runs the script `passkey.js`.
 */
export function PasskeyBox({ act, label, next, primary = true }: PasskeyBoxProps) {
  return (
    <div class="passkey" data-passkey={act} data-next={next} hidden>
      <button type="button" class={primary ? "primary" : undefined}>{label}</button>
      <p class="refusal" role="alert" hidden></p>
    </div>
  );
}
