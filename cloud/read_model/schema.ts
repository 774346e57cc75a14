import { ALERT_SCHEMA, PRINTER_SCHEMA } from "./alert_schema.ts";
import { INSIGHT_SCHEMA } from "./insight_schema.ts";

/** Counts up with every change of the tables; another number makes the file be built anew. */
export const SCHEMA_VERSION = 18;

/** The tables of the read model. All of it can be rebuilt from the streams. */
export const SCHEMA = `
-- How far each stream was read, and which message stood there.
CREATE TABLE cursor (
  stream TEXT PRIMARY KEY, created TEXT NOT NULL, sequence INTEGER NOT NULL,
  id TEXT NOT NULL, stored_ms INTEGER NOT NULL
);

CREATE TABLE case_row (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  state TEXT NOT NULL, verdict TEXT NOT NULL, severity INTEGER NOT NULL, probability REAL NOT NULL,
  kind TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, lead_deviation TEXT NOT NULL,
  opened_at TEXT NOT NULL, updated_at TEXT NOT NULL, seen_at TEXT NOT NULL,
  attention INTEGER NOT NULL, deviations INTEGER NOT NULL,
  determination TEXT, decision_outcome TEXT,
  reopens TEXT, follows TEXT, last_sequence INTEGER NOT NULL,
  number INTEGER NOT NULL, stirred INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
-- Every filter of the list is answered out of this one index, in the list's own order: by when cases
-- were opened, which never changes, so that those that go on don't swap places under a hand.
CREATE INDEX case_list ON case_row (attention, opened_at DESC, id,
  state, verdict, kind, severity, site, printer, seen_at, number, stirred);
CREATE UNIQUE INDEX case_by_number ON case_row (number);
CREATE INDEX case_by_stirring ON case_row (stirred) WHERE state <> 'closed';
CREATE INDEX case_by_time ON case_row (seen_at);
CREATE INDEX case_by_cause ON case_row (title, updated_at DESC) WHERE determination IS NOT NULL;
CREATE INDEX case_by_state ON case_row (state, attention, updated_at DESC, id);
CREATE INDEX case_by_printer ON case_row (site, device, printer, seen_at);
CREATE INDEX case_by_reopened ON case_row (reopens) WHERE reopens IS NOT NULL;
CREATE INDEX case_by_followed ON case_row (follows) WHERE follows IS NOT NULL;

-- What the search looks through; its row is the case's number.
CREATE VIRTUAL TABLE case_text USING fts5 (text, content = '', contentless_delete = 1,
  detail = none, tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE case_event (
  sequence INTEGER PRIMARY KEY, case_id TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX case_event_by_case ON case_event (case_id, sequence);

CREATE TABLE sighting (
  deviation_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, revision INTEGER NOT NULL,
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  identity TEXT NOT NULL, cause_id TEXT NOT NULL, event_sequence INTEGER NOT NULL,
  boot_id TEXT NOT NULL, detected_event_s REAL NOT NULL, wall_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sighting_by_identity ON sighting (site, device, printer, identity, event_sequence);
CREATE INDEX sighting_by_cause ON sighting (site, device, printer, cause_id, event_sequence);

CREATE TABLE waiting (
  sequence INTEGER PRIMARY KEY, deviation_id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL, sighting TEXT NOT NULL
) STRICT;
CREATE INDEX waiting_by_printer ON waiting (site, device, printer, sequence);

CREATE TABLE lead (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), sequence INTEGER NOT NULL);
CREATE TABLE passed_over (case_id TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) STRICT;

CREATE TABLE deviation (
  id TEXT PRIMARY KEY, revision INTEGER NOT NULL, site TEXT NOT NULL, device TEXT NOT NULL,
  printer TEXT NOT NULL, stored_ms INTEGER NOT NULL, message BLOB NOT NULL
) STRICT;
CREATE TABLE source (
  sequence INTEGER PRIMARY KEY, deviation_id TEXT NOT NULL, revision INTEGER NOT NULL
) STRICT;
CREATE TABLE signer (site TEXT NOT NULL, device TEXT NOT NULL, PRIMARY KEY (site, device));

CREATE TABLE refused (
  stream TEXT NOT NULL, sequence INTEGER NOT NULL, stored_ms INTEGER NOT NULL,
  subject TEXT NOT NULL, issue TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  PRIMARY KEY (stream, sequence)
) STRICT;

CREATE TABLE arrived (
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  revisions INTEGER NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (site, device, printer)
) STRICT;
-- What a printer's guard seems to have sent and nobody could believe, by the ids it went under.
CREATE TABLE refused_revision (
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  deviation_id TEXT NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (site, device, printer, deviation_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE promised (
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (site, device, printer)
) STRICT;

CREATE TABLE printer (
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  stored_ms INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (site, device, printer)
) STRICT;

CREATE TABLE decision (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL, expires_at TEXT NOT NULL,
  outcome TEXT, sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE sent (
  decision_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, case_id TEXT NOT NULL,
  determination TEXT NOT NULL, decided_at TEXT NOT NULL
) STRICT;

CREATE TABLE auth_record (
  type TEXT NOT NULL, id TEXT NOT NULL, name_key TEXT, person_id TEXT,
  sequence INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, id)
) STRICT;
CREATE INDEX person_by_name ON auth_record (type, name_key);
CREATE INDEX session_by_person ON auth_record (type, person_id);

CREATE TABLE review (
  person_id TEXT NOT NULL, case_id TEXT NOT NULL, up_to INTEGER NOT NULL,
  PRIMARY KEY (person_id, case_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_all (person_id TEXT PRIMARY KEY, up_to INTEGER NOT NULL) STRICT;
CREATE TABLE views (person_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, body TEXT NOT NULL) STRICT;

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL
) STRICT;
-- Acts whose messages carry a row of the log that isn't there yet.
CREATE TABLE audit_due (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
${PRINTER_SCHEMA}${ALERT_SCHEMA}${INSIGHT_SCHEMA}`;
