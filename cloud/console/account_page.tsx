import { fingerprintOf } from "../auth/fingerprint.ts";
import type { Passkey, Session } from "../auth/records.ts";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { PasskeyBox } from "./passkey_box.tsx";
import { utc, visible } from "./words.ts";

interface AccountPageProps {
  frame: PageFrame;
  sessions: Session[];
  ownPasskeys: Passkey[];
  /** Credential ids of those for which a root key vouches. */
  vouched: ReadonlySet<string>;
  /** Whether browsers give out passkeys at the address that was asked for. */
  passkeys: boolean;
  refusal: string | null;
  now: Date;
}

/** A person's own account: where they are signed in, and how they do that. */
export function AccountPage(
  { frame, sessions, ownPasskeys, vouched, passkeys, refusal, now }: AccountPageProps,
) {
  const live = sessions.filter((session) =>
    session.revokedWallTime === null && Date.parse(session.expiresWallTime) > now.getTime()
  );
  return (
    <Layout
      frame={frame}
      title="Account"
      section="account"
      scripts={passkeys ? ["passkey.js"] : []}
    >
      <div class="list-page">
        <h1>{visible(frame.identity?.actor.name ?? "")}</h1>
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <p class="account-links">
          <a class="pill" href="/tokens">Tokens for scripts</a>
          {frame.identity?.mayAdminister && <a class="pill" href="/people">People</a>}
          {frame.identity?.mayAdminister && <a class="pill" href="/audit">Audit log</a>}
        </p>
        <PasskeyList own={ownPasskeys} vouched={vouched} offered={passkeys} />
        <h2>Where you are signed in</h2>
        <ul class="sessions">
          {live.map((session) => (
            <li>
              <div>
                <b>{visible(browserWords(session.browser))}</b>
                {session.id === frame.identity?.sessionId && <span class="chip">this one</span>}
                <p class="note">
                  {"since "}
                  <When at={session.createdWallTime} text={utc(session.createdWallTime)} />
                  {", until "}
                  <When at={session.expiresWallTime} text={utc(session.expiresWallTime)} />
                </p>
              </div>
              <form method="post" action="/account/end-session" class="inline">
                <input type="hidden" name="sessionId" value={session.id} />
                <button type="submit">
                  {session.id === frame.identity?.sessionId ? "Sign out" : "End it"}
                </button>
              </form>
            </li>
          ))}
        </ul>
      </div>
    </Layout>
  );
}

interface PasskeyListProps {
  own: Passkey[];
  vouched: ReadonlySet<string>;
  offered: boolean;
}

function PasskeyList({ own, vouched, offered }: PasskeyListProps) {
  return (
    <>
      <h2>Passkeys</h2>
      {own.length === 0 && (
        <p class="note">
          You have none. With one, your decisions carry your own signature to the printer; without,
          they carry this site's.
        </p>
      )}
      <ul class="sessions">
        {own.map((passkey) => (
          <li>
            <div>
              <b>{visible(passkey.name)}</b>
              <p class="note">
                {`${fingerprintOf(passkey)} for ${passkey.rpId}, since `}
                <When at={passkey.createdWallTime} text={utc(passkey.createdWallTime)} />
                {vouched.has(passkey.credentialId)
                  ? "; printers believe it"
                  : "; nobody has vouched for it towards the printers"}
              </p>
            </div>
            <form method="post" action="/account/remove-passkey" class="inline">
              <input type="hidden" name="passkeyId" value={passkey.id} />
              <button type="submit">Remove</button>
            </form>
          </li>
        ))}
      </ul>
      {offered
        ? (
          <form class="stack">
            <label class="field">
              <span>Name of a new passkey</span>
              <input name="name" required maxlength={60} placeholder="My phone" />
            </label>
            <PasskeyBox act="add" label="Add a passkey" primary={false} />
          </form>
        )
        : <p class="note">Passkeys need this console's own name and TLS, or localhost.</p>}
    </>
  );
}

/** `Firefox on Linux`, as far as the browser's own words tell. */
function browserWords(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? "A browser";
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system ? `${name} on ${system}` : name;
}
