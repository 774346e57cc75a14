type KeyLine = readonly [keys: string, does: string];

const LIST_KEYS: readonly KeyLine[] = [
  ["j k", "next, previous case"],
  ["Enter", "open the case"],
  ["a", "acknowledge: I'm looking at it"],
  ["d", "open it to decide"],
  ["c", "open it to close it"],
  ["u", "reviewed, or not reviewed again"],
  ["x", "tick for what is done to many at once; X ticks all"],
  ["/", "search"],
  ["?", "these keys"],
];

const CASE_KEYS: readonly KeyLine[] = [
  ["j k", "next, previous case of the list you came from"],
  ["a", "acknowledge: I'm looking at it"],
  ["d", "decide; then 1 to 4 says what it was"],
  ["s", "fill in the same as was decided before"],
  ["Ctrl Enter", "from any field: review and sign"],
  ["c", "close a decided case"],
  ["m", "write a comment"],
  ["n", "after a decision: the next case that waits"],
  ["u", "put it back among the unreviewed"],
  ["l", "back to the list"],
  ["?", "these keys"],
];

/** What the keyboard does here. A link opens it too, without any script. */
export function KeysHelp({ page }: { page: "list" | "case" }) {
  return (
    <dialog id="keys" class="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keyboard</h2>
      <dl>
        {(page === "list" ? LIST_KEYS : CASE_KEYS).map(([keys, does]) => (
          <>
            <dt>
              {keys.split(" ").map((name) => <Key key={name} name={name} />)}
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <a class="close" href="#main">Close</a>
    </dialog>
  );
}

function Key({ name }: { name: string }) {
  return <kbd>{name}</kbd>;
}
