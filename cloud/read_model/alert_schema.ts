/** What is known of printers beyond their last sign of life. */
export const PRINTER_SCHEMA = `
CREATE TABLE printer_event (
  sequence INTEGER PRIMARY KEY, site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX printer_event_by_printer ON printer_event (site, device, printer, sequence);

CREATE TABLE printer_standing (
  site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  trouble INTEGER NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (site, device, printer)
) STRICT;
CREATE INDEX printer_in_trouble ON printer_standing (trouble) WHERE trouble = 1;

CREATE TABLE maintenance (
  id TEXT PRIMARY KEY, site TEXT NOT NULL, until_ms INTEGER NOT NULL, sequence INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX maintenance_by_end ON maintenance (until_ms DESC);
`;

/** Who wants to be told of what, and what was told. */
export const ALERT_SCHEMA = `
CREATE TABLE alert_record (
  type TEXT NOT NULL, id TEXT NOT NULL, person_id TEXT NOT NULL, removed INTEGER NOT NULL,
  sequence INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (type, id)
) STRICT;
CREATE INDEX alert_record_by_person ON alert_record (person_id, type, removed);

CREATE TABLE alert_event (
  sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, lane_id TEXT NOT NULL, person_id TEXT NOT NULL,
  type TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX alert_event_by_person ON alert_event (person_id, sequence);
CREATE INDEX alert_event_by_lane ON alert_event (lane_id, sequence);
CREATE INDEX alert_event_by_id ON alert_event (id);

CREATE TABLE alert_lane (
  lane_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, first_ms INTEGER, first_severity TEXT
) STRICT;

CREATE TABLE alert_told (
  lane_id TEXT NOT NULL, key TEXT NOT NULL, summary TEXT NOT NULL, rounds INTEGER NOT NULL,
  last_ms INTEGER NOT NULL, waiting INTEGER NOT NULL, persons TEXT NOT NULL,
  PRIMARY KEY (lane_id, key)
) STRICT;
CREATE INDEX alert_told_waiting ON alert_told (lane_id, key) WHERE waiting = 1;

CREATE TABLE alert_held (
  lane_id TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (lane_id, key)
) STRICT;

CREATE TABLE delivery (
  alert_id TEXT NOT NULL, channel_id TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,
  due_ms INTEGER, detail TEXT NOT NULL, at_ms INTEGER NOT NULL, sequence INTEGER NOT NULL,
  PRIMARY KEY (alert_id, channel_id)
) STRICT;
CREATE INDEX delivery_due ON delivery (due_ms) WHERE due_ms IS NOT NULL;
`;
