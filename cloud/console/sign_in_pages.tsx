import type { Child } from "hono/jsx";
import type { Session } from "../auth/records.ts";
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from "../auth/passwords.ts";
import { Mark } from "./glyphs.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { utc, visible } from "./words.ts";

interface FormPageProps {
  frame: PageFrame;
  refusal: string | null;
  name: string;
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

export function SignInPage({ frame, refusal, name, next }: FormPageProps & { next: string }) {
  return (
    <Layout frame={frame} title="Sign in" section={null}>
      <Card title="Sign in" lead="Cases, printers and decisions are for people who are known here.">
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
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
          <button type="submit" class="primary">Sign in</button>
        </form>
      </Card>
    </Layout>
  );
}

export function JoinPage(
  { frame, refusal, name, credential, role }: FormPageProps & { credential: string; role: string },
) {
  return (
    <Layout frame={frame} title="Set up" section={null}>
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
          <label class="field">
            <span>{`Password, ${PASSWORD_CHARS_MIN} characters or more`}</span>
            <input
              name="password"
              type="password"
              required
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
              required
              maxlength={PASSWORD_CHARS_MAX}
              autocomplete="new-password"
            />
          </label>
          <button type="submit" class="primary">Join</button>
        </form>
      </Card>
    </Layout>
  );
}

interface AccountPageProps {
  frame: PageFrame;
  sessions: Session[];
  now: Date;
}

export function AccountPage({ frame, sessions, now }: AccountPageProps) {
  const live = sessions.filter((session) =>
    session.revokedWallTime === null && Date.parse(session.expiresWallTime) > now.getTime()
  );
  return (
    <Layout frame={frame} title="Account" section="account">
      <div class="list-page">
        <h1>{visible(frame.identity?.actor.name ?? "")}</h1>
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

/** `Firefox on Linux`, as far as the browser's own words tell. */
function browserWords(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? "A browser";
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system ? `${name} on ${system}` : name;
}
