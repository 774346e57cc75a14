import type { SavedView } from "../personal/records.ts";
import { Icon } from "./glyphs.tsx";

interface SavedViewsProps {
  views: SavedView[];
  /** The filters of this very list, as a view keeps them. */
  here: string;
}

/** The lists that this person comes back to; the one shown can be kept or dropped. */
export function SavedViews({ views, here }: SavedViewsProps) {
  const kept = views.find((view) => view.query === here);
  return (
    <div class="views">
      {views.length > 0 && (
        <div class="pills" role="group" aria-label="Your views">
          {views.map((view) => (
            <a href={`/?${view.query}`} aria-current={view === kept ? "true" : undefined}>
              <Icon name="view" />
              {view.name}
            </a>
          ))}
        </div>
      )}
      {kept
        ? (
          <form method="post" action="/views/drop" class="inline">
            <input type="hidden" name="name" value={kept.name} />
            <input type="hidden" name="query" value={here} />
            <button type="submit" class="link">Forget this view</button>
          </form>
        )
        : here !== "" && (
          <details class="keep">
            <summary>Keep as a view</summary>
            <form method="post" action="/views/save">
              <input type="hidden" name="query" value={here} />
              <label>
                <span class="unseen">Name of the view</span>
                <input name="name" required maxlength={40} placeholder="Name" autocomplete="off" />
              </label>
              <button type="submit">Keep</button>
            </form>
          </details>
        )}
    </div>
  );
}
