/** The layout that this code writes; a file of another layout is moved aside like a corrupt one. */
export const LAYOUT_VERSION = 1;

/** Makes the tables of an empty file, and says so in its version. */
export const LAYOUT = `
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    msg_id TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    revision INTEGER NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('threat', 'deviation', 'presence')),
    subject TEXT NOT NULL,
    bytes BLOB NOT NULL,
    queued_age_s REAL NOT NULL,
    parked TEXT
  ) STRICT;
  CREATE INDEX message_about ON message (about, revision);
  CREATE INDEX message_parked ON message (seq) WHERE parked IS NOT NULL;
  CREATE TABLE deviation (
    id TEXT PRIMARY KEY,
    printer TEXT NOT NULL,
    identity TEXT NOT NULL,
    record TEXT NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deviation_identity ON deviation (printer, identity, touched);
  CREATE INDEX deviation_touched ON deviation (touched);
  CREATE TABLE decision (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('intended', 'done')),
    record TEXT NOT NULL,
    touched INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE lesson (
    printer TEXT NOT NULL,
    identity TEXT NOT NULL,
    record TEXT NOT NULL,
    touched INTEGER NOT NULL,
    PRIMARY KEY (printer, identity)
  ) STRICT;
  CREATE TABLE hold (printer TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  CREATE TABLE counter (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT;
  INSERT INTO counter VALUES ('age_s', 0), ('dropped', 0), ('bytes', 0), ('starts', 0);
  CREATE TRIGGER message_in AFTER INSERT ON message BEGIN
    UPDATE counter SET value = value + LENGTH(NEW.bytes) WHERE name = 'bytes';
  END;
  CREATE TRIGGER message_out AFTER DELETE ON message BEGIN
    UPDATE counter SET value = value - LENGTH(OLD.bytes) WHERE name = 'bytes';
  END;
  PRAGMA user_version = ${LAYOUT_VERSION};
`;
