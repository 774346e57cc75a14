import { Role } from "../auth/records.ts";
import type { Passkey, Person } from "../auth/records.ts";
import { roleWords } from "../auth/role_words.ts";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { count, utc, visible } from "./words.ts";

export interface PersonRow {
  person: Person;
  passkeys: Passkey[];
  openSessions: number;
}

interface PeoplePageProps {
  frame: PageFrame;
  rows: PersonRow[];
  refusal: string | null;
  /** A link for somebody who was just invited: shown once. */
  link: string | null;
}

/** Who may do what, for who may say so. */
export function PeoplePage({ frame, rows, refusal, link }: PeoplePageProps) {
  return (
    <Layout frame={frame} title="People" section="account" scripts={["form.js"]}>
      <div class="list-page">
        <h1>People</h1>
        {refusal && <p class="refusal" role="alert" id="refusal" tabindex={-1}>{refusal}</p>}
        {link && (
          <p class="refusal calm" role="status">
            Give this link to the person. It works once and is shown only now:{" "}
            <code class="secret">{link}</code>
          </p>
        )}
        <ul class="sessions">
          {rows.map((row) => (
            <PersonItem key={row.person.id} row={row} own={frame.identity?.actor.id} />
          ))}
        </ul>
        <h2>Invite somebody</h2>
        <form method="post" action="/people/invite" class="stack">
          <RoleFields role="viewer" grants="" />
          <button type="submit" class="primary">Make a link</button>
        </form>
      </div>
    </Layout>
  );
}

function PersonItem({ row, own }: { row: PersonRow; own: string | undefined }) {
  const { person, passkeys, openSessions } = row;
  const signsIn = [
    passkeys.length > 0 ? `${passkeys.length} passkey${passkeys.length > 1 ? "s" : ""}` : "",
    person.password ? "a password" : "",
    person.provider ? "the identity provider" : "",
  ].filter((way) => way !== "").join(", ");
  return (
    <li>
      <div>
        <b>{visible(person.name)}</b>
        {person.id === own && <span class="chip">you</span>}
        <p class="note">
          {person.leftWallTime ? "account closed, " : `${roleWords(person)}, `}
          {`signs in by ${signsIn || "nothing"}, ${count(openSessions, "open session")}, since `}
          <When at={person.createdWallTime} text={utc(person.createdWallTime)} />
        </p>
        {!person.leftWallTime && (
          <details>
            <summary>Change</summary>
            <form method="post" action={`/people/${person.id}/roles`} class="stack">
              <RoleFields
                role={person.role}
                grants={person.grants.map(({ role, site }) => `${role} at ${site}`).join("\n")}
              />
              <button type="submit">Change the roles</button>
            </form>
            <form method="post" action={`/people/${person.id}/end-sessions`} class="stack">
              <button type="submit">Sign them out everywhere</button>
            </form>
            <details>
              <summary>Close the account</summary>
              <p class="note">
                {visible(person.name)} is signed out everywhere and can't come back to this account.
              </p>
              <form method="post" action={`/people/${person.id}/close`} class="stack">
                <button type="submit">Close it for good</button>
              </form>
            </details>
          </details>
        )}
      </div>
    </li>
  );
}

function RoleFields({ role, grants }: { role: Role | null; grants: string }) {
  return (
    <>
      <label class="field">
        <span>Role at every site</span>
        <select name="role">
          <option value="none" selected={role === null}>none</option>
          {Role.options.map((value) => (
            <option key={value} value={value} selected={role === value}>{value}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Further roles at single sites, one a line</span>
        <textarea name="grants" rows={2} maxlength={20_000} placeholder="expert at plant1">
          {grants}
        </textarea>
      </label>
    </>
  );
}
