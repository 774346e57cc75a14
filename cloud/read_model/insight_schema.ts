/** What insights are made of, kept by printer and by the print or day that it is about. */
export const INSIGHT_SCHEMA = `
CREATE TABLE insight (
  type TEXT NOT NULL, site TEXT NOT NULL, device TEXT NOT NULL, printer TEXT NOT NULL,
  key TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (type, site, device, printer, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX insight_by_time ON insight (type, at);
`;
