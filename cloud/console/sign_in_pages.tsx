import type { Child } from "hono/jsx";
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from "../auth/passwords.ts";
import { Mark } from "./glyphs.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { PasskeyBox } from "./passkey_box.tsx";

interface FormPageProps {
  frame: PageFrame;
  refusal: string | null;
  name: string;
  /** What an identity provider's button says; null without one. */
  provider?: string | null;
  /** Whether browsers give out passkeys at the address that was asked for. */
  passkeys: boolean;
}

function Card({ title, lead, children }: { title: string; lead: string; children?: Child }) {
  return (
    <div class="card-page">
      <Mark />
      <h1>{title}</h1>
      <p class="lead">{lead}</p>
      {children}
    </div>
  );
}

export function SignInPage(
  { frame, refusal, name, passkeys, provider, next }: FormPageProps & { next: string },
) {
  return (
    <Layout frame={frame} title="Sign in" section={null} scripts={passkeys ? ["passkey.js"] : []}>
      <Card title="Sign in" lead="Cases, printers and decisions are for people who are known here.">
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        {passkeys && <PasskeyBox act="sign-in" label="Sign in with a passkey" next={next} />}
        {provider && (
          <p>
            <a class="pill way" href={`/sign-in/provider?next=${encodeURIComponent(next)}`}>
              {`Sign in with ${provider}`}
            </a>
          </p>
        )}
        <form method="post" action="/sign-in" class="stack">
          <input type="hidden" name="next" value={next} />
          <label class="field">
            <span>Name</span>
            <input
              name="name"
              value={name}
              required
              maxlength={60}
              autocomplete="username"
              autocapitalize="none"
              autofocus={name === ""}
            />
          </label>
          <label class="field">
            <span>Password</span>
            <input
              name="password"
              type="password"
              required
              maxlength={PASSWORD_CHARS_MAX}
              autocomplete="current-password"
              autofocus={name !== ""}
            />
          </label>
          <button type="submit" class={passkeys ? undefined : "primary"}>
            Sign in with the password
          </button>
        </form>
      </Card>
    </Layout>
  );
}

export function JoinPage(
  { frame, refusal, name, passkeys, credential, role }: FormPageProps & {
    credential: string;
    role: string;
  },
) {
  return (
    <Layout frame={frame} title="Set up" section={null} scripts={passkeys ? ["passkey.js"] : []}>
      <Card
        title="Welcome"
        lead={`Choose how you sign in. You join as ${role}; this link works once.`}
      >
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <form method="post" action="/join" class="stack">
          <input type="hidden" name="credential" value={credential} />
          <label class="field">
            <span>Name</span>
            <input
              name="name"
              value={name}
              required
              minlength={2}
              maxlength={60}
              autocomplete="username"
              autocapitalize="none"
              autofocus
            />
          </label>
          {passkeys && <PasskeyBox act="join" label="Join with a passkey" />}
          {passkeys
            ? (
              <details open={refusal !== null}>
                <summary>Use a password instead</summary>
                <PasswordFields required={false} />
              </details>
            )
            : (
              <>
                <p class="note">
                  Passkeys need this console's own name and TLS, which this address hasn't. You can
                  add one later.
                </p>
                <PasswordFields required />
              </>
            )}
        </form>
      </Card>
    </Layout>
  );
}

/** Not required where they are folded away: a browser can't point at what it doesn't show. */
function PasswordFields({ required }: { required: boolean }) {
  return (
    <div class="stack">
      <label class="field">
        <span>{`Password, ${PASSWORD_CHARS_MIN} characters or more`}</span>
        <input
          name="password"
          type="password"
          required={required}
          minlength={PASSWORD_CHARS_MIN}
          maxlength={PASSWORD_CHARS_MAX}
          autocomplete="new-password"
        />
      </label>
      <label class="field">
        <span>The password again</span>
        <input
          name="again"
          type="password"
          required={required}
          maxlength={PASSWORD_CHARS_MAX}
          autocomplete="new-password"
        />
      </label>
      <button type="submit">Join with a password</button>
    </div>
  );
}
