import type { AskedToSign } from "../decisions/prover_shell.ts";
import { Icon } from "./glyphs.tsx";

/** The script that a page with `SignControls` runs, before `form.js`. */
export const SIGN_SCRIPT = "passkey.js";

/** A form's fields that belong to one passage of signing, never to the next. */
export const SIGN_FIELDS: readonly string[] = ["step", "challengeId", "assertion"];

interface SignControlsProps {
  /** What the person's passkey is asked to sign; null where the site's key alone will sign. */
  ask: AskedToSign | null;
  /** Whether there is anything to go back to and change. */
  editable: boolean;
}

/**
 * The buttons that sign and send what stands above them. With `ask` the send button first asks for
 * the person's passkey (`passkey.js`) and then sends the form with its answer.
 */
export function SignControls({ ask, editable }: SignControlsProps) {
  return (
    <div
      class="sign"
      data-passkey={ask ? "sign" : undefined}
      data-options={ask ? JSON.stringify(ask.options) : undefined}
    >
      {ask && <input type="hidden" name="challengeId" value={ask.challengeId} />}
      {ask && <input type="hidden" name="assertion" value="" />}
      <p class="refusal" role="alert" hidden></p>
      <div class="buttons">
        {editable && (
          <button type="submit" name="step" value="edit" class="quiet" formnovalidate>
            Change it
          </button>
        )}
        <button type="submit" name="step" value="send" class="primary" autofocus>
          {ask ? "Sign with your passkey and send" : "Sign and send"} <Icon name="arrow" />
        </button>
      </div>
      <p class="note">
        {ask?.vouched
          ? "Your passkey signs exactly this; the printer can check that it was you. "
          : ask
          ? "Your passkey signs exactly this. Nobody has vouched for it towards the printers yet, so " +
            "they go by this site's key. "
          : "You have no passkey, so this site's key signs in your place, and the printer is told " +
            "so. Under Account you can add one. "}
        The printer does no more than its own policy allows.
      </p>
    </div>
  );
}
