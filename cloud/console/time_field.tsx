/** A time of day, as the browser lets people set it. */
export function TimeField({ label, name, value }: { label: string; name: string; value: string }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input type="time" name={name} value={value} />
    </label>
  );
}
