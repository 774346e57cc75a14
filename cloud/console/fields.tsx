import type { Child } from "hono/jsx";
import type { Typed } from "./decision_form.tsx";

/** A field of a form, and what had been typed into it. */
export interface FieldProps {
  name: string;
  label: string;
  typed: Typed;
}

/** Fields that belong together, under a word of their own. */
export function Group({ title, children }: { title: string; children?: Child }) {
  return (
    <fieldset class="group">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

export function Text({ name, label, typed, max }: FieldProps & { max: number }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input name={name} required maxlength={max} value={typed[name] ?? ""} autocomplete="off" />
    </label>
  );
}

export function Tick({ name, label, typed }: FieldProps) {
  return (
    <label class="check">
      <input type="checkbox" name={name} checked={typed[name] === "on"} />
      <span>{label}</span>
    </label>
  );
}

export function Choose(
  { name, label, typed, options }: FieldProps & { options: readonly (readonly [string, string])[] },
) {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name}>
        {options.map(([value, words]) => (
          <option value={value} selected={typed[name] === value}>{words}</option>
        ))}
      </select>
    </label>
  );
}

export function Radio({ name, value, label, typed }: FieldProps & { value: string }) {
  return (
    <label class="check">
      <input type="radio" name={name} value={value} checked={typed[name] === value} />
      <span>{label}</span>
    </label>
  );
}
