-- The store of one case (design section 7). Truth: ledger, payloads, skeletons, sightings. Cache: links,
-- link_sightings. Everything else is a view. Text is in the stored form of adtrace/case/stored_text.py.

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN
    ('open', 'entry', 'decision', 'outcome', 'extraction', 'review', 'export', 'note', 'checkpoint')),
  time TEXT NOT NULL,          -- UTC
  refs TEXT NOT NULL,          -- JSON list of earlier seqs
  payload_hash TEXT NOT NULL,  -- SHA-256(nonce || payload)
  chain TEXT NOT NULL          -- SHA-256 over the chain value before and this row's RFC 6962 leaf
) STRICT;
CREATE INDEX ledger_type ON ledger (type, seq);

CREATE TABLE payloads (
  seq INTEGER PRIMARY KEY REFERENCES ledger (seq),
  nonce BLOB NOT NULL,
  payload TEXT NOT NULL        -- canonical JSON
) STRICT;

CREATE TABLE skeletons (
  sha256 TEXT PRIMARY KEY,     -- of the text, not of the compressed body
  size INTEGER NOT NULL,       -- bytes of the text
  body BLOB NOT NULL           -- zlib
) STRICT;

-- One line a fact at one place; the columns after `domain` are the fields of `extract --json`.
CREATE TABLE sightings (
  row INTEGER PRIMARY KEY,
  extraction INTEGER NOT NULL REFERENCES ledger (seq),
  capture INTEGER NOT NULL REFERENCES ledger (seq),
  entry INTEGER NOT NULL REFERENCES ledger (seq),
  domain TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  via TEXT,
  network TEXT,
  company TEXT,
  advertising INTEGER NOT NULL,
  account TEXT,
  account_kind TEXT,
  scope TEXT,
  brand TEXT,
  role TEXT,
  host TEXT,
  ad_domain TEXT,
  value TEXT NOT NULL,
  decoded TEXT NOT NULL,       -- JSON list of {encoding, text}
  basis TEXT NOT NULL,
  state TEXT NOT NULL,
  certainty TEXT NOT NULL,
  locator TEXT NOT NULL,       -- JSON {part, path, start, end}
  url TEXT,
  rule TEXT NOT NULL,
  source TEXT,
  declared TEXT NOT NULL       -- JSON object
) STRICT;
CREATE INDEX sightings_capture ON sightings (capture);

-- Distinct edges as the newest generations support them, kept as sightings are written; `verify` derives them anew.
CREATE TABLE links (
  id TEXT PRIMARY KEY,         -- first 16 hex digits of SHA-256 of edge … domain, joined by NUL
  edge TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  source TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  basis TEXT NOT NULL,
  state TEXT NOT NULL,
  certainty TEXT NOT NULL,
  domain TEXT NOT NULL,
  count INTEGER NOT NULL,      -- of sightings
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL
) STRICT;

CREATE TABLE link_sightings (
  sighting INTEGER NOT NULL REFERENCES sightings (row),
  link TEXT NOT NULL REFERENCES links (id),
  PRIMARY KEY (sighting, link)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_sightings_link ON link_sightings (link);

CREATE TRIGGER ledger_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER payloads_update BEFORE UPDATE ON payloads BEGIN SELECT RAISE (ABORT, 'payloads are sealed'); END;
CREATE TRIGGER payloads_delete BEFORE DELETE ON payloads BEGIN SELECT RAISE (ABORT, 'payloads are sealed'); END;
CREATE TRIGGER skeletons_update BEFORE UPDATE ON skeletons BEGIN SELECT RAISE (ABORT, 'skeletons are sealed'); END;
CREATE TRIGGER skeletons_delete BEFORE DELETE ON skeletons BEGIN SELECT RAISE (ABORT, 'skeletons are sealed'); END;
CREATE TRIGGER sightings_update BEFORE UPDATE ON sightings BEGIN SELECT RAISE (ABORT, 'sightings are sealed'); END;
CREATE TRIGGER sightings_delete BEFORE DELETE ON sightings BEGIN SELECT RAISE (ABORT, 'sightings are sealed'); END;
