import { type ApiToken, TokenScope } from "../auth/records.ts";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { utc, visible } from "./words.ts";

const SCOPE_WORDS: Record<TokenScope, string> = {
  read: "read cases, printers and figures",
  decide: "acknowledge, decide and close",
  job: "register jobs, and nothing else",
  metrics: "read /metrics, and nothing else",
};

interface TokensPageProps {
  frame: PageFrame;
  tokens: ApiToken[];
  refusal: string | null;
  /** A token that was just made: shown once. */
  made: string | null;
  now: Date;
}

/** Tokens for scripts: a person's own, or everybody's for an admin. */
export function TokensPage({ frame, tokens, refusal, made, now }: TokensPageProps) {
  const live = tokens.filter((one) =>
    one.revokedWallTime === null && Date.parse(one.expiresWallTime) > now.getTime()
  );
  return (
    <Layout frame={frame} title="Tokens" section="account" scripts={["form.js"]}>
      <div class="list-page">
        <h1>Tokens for scripts</h1>
        {refusal && <p class="refusal" role="alert" id="refusal" tabindex={-1}>{refusal}</p>}
        {made && (
          <p class="refusal calm" role="status">
            Copy it now, it is never shown again: <code class="secret">{made}</code>
          </p>
        )}
        {live.length === 0 && <p class="note">There is none.</p>}
        <ul class="sessions">{live.map((token) => <TokenItem key={token.id} token={token} />)}</ul>
        <h2>Make one</h2>
        <form method="post" action="/tokens/make" class="stack">
          <label class="field">
            <span>What it is for</span>
            <input name="name" required maxlength={60} placeholder="The slicer in the hall" />
          </label>
          <fieldset class="stack">
            <legend>What it may do</legend>
            {TokenScope.options.map((scope) => (
              <label key={scope} class="tick">
                <input type="checkbox" name={`scope-${scope}`} value="yes" /> {SCOPE_WORDS[scope]}
              </label>
            ))}
          </fieldset>
          <label class="field">
            <span>Only at these sites, separated by commas (empty: wherever you may)</span>
            <input name="sites" maxlength={2000} />
          </label>
          <label class="field">
            <span>Days until it ends</span>
            <input name="days" type="number" min={1} max={366} value="30" required />
          </label>
          <button type="submit" class="primary">Make the token</button>
          <p class="note">It never may more than you may yourself at that moment.</p>
        </form>
      </div>
    </Layout>
  );
}

function TokenItem({ token }: { token: ApiToken }) {
  const { name, scopes, sites, createdBy, expiresWallTime } = token;
  return (
    <li>
      <div>
        <b>{visible(name)}</b>
        <p class="note">
          {`${scopes.join(", ")} at ${sites?.join(", ") ?? "all sites"}, by `}
          {visible(createdBy.name)}
          {", until "}
          <When at={expiresWallTime} text={utc(expiresWallTime)} />
        </p>
      </div>
      <form method="post" action={`/tokens/${token.id}/revoke`} class="inline">
        <button type="submit">Revoke</button>
      </form>
    </li>
  );
}
