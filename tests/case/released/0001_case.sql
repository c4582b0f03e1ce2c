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

CREATE VIEW records AS
  SELECT seq, type, time, refs, payload FROM ledger JOIN payloads USING (seq);

CREATE VIEW openings AS
  SELECT seq, time,
    json_extract(payload, '$.case') AS "case",
    json_extract(payload, '$.operator') AS operator,
    json_extract(payload, '$.purpose') AS purpose,
    json_extract(payload, '$.limits.stale_after_days') AS stale_after_days,
    json_extract(payload, '$.limits.facts_categories') AS facts_categories,
    json_extract(payload, '$.tool') AS tool
  FROM records WHERE type = 'open';

-- One line an entry, as its newest record says; seq is that of its first record.
CREATE VIEW entries AS
  WITH newest AS (
    SELECT coalesce(json_extract(payload, '$.updates'), seq) AS entry, max(seq) AS record
    FROM records WHERE type = 'entry' GROUP BY 1
  ), withdrawals AS (
    SELECT named.value AS entry, min(records.seq) AS record
    FROM records, json_each(records.payload, '$.entries') AS named
    WHERE records.type = 'note' AND json_extract(records.payload, '$.event') = 'withdraw' GROUP BY 1
  )
  SELECT newest.entry AS seq, newest.record AS record, first.time AS added,
    json_extract(payload, '$.domain') AS domain,
    json_extract(payload, '$.unit') AS unit,
    json_extract(payload, '$.url') AS url,
    json_extract(payload, '$.authority') AS authority,
    json_extract(payload, '$.reference') AS reference,
    json_extract(payload, '$.category') AS category,
    json_extract(payload, '$.confirmed_at') AS confirmed_at,
    json_extract(payload, '$.expires_at') AS expires_at,
    json_extract(payload, '$.site_role') AS site_role,
    json_extract(payload, '$.handling') AS handling,
    json_extract(payload, '$.include_subdomains') AS include_subdomains,
    json_extract(payload, '$.tlp') AS tlp,
    json_extract(payload, '$.source') AS source,
    CASE
      WHEN withdrawals.record IS NOT NULL THEN 'withdrawn'
      WHEN json_extract(payload, '$.expires_at') < date('now') THEN 'expired'
      WHEN json_extract(payload, '$.handling') = 'hold' THEN 'hold'
      ELSE 'active'
    END AS status,
    coalesce(julianday('now') - julianday(json_extract(payload, '$.confirmed_at')) >
      (SELECT stale_after_days FROM openings), 1) AS stale,
    withdrawals.record AS withdrawal
  FROM newest
    JOIN payloads ON payloads.seq = newest.record
    JOIN ledger AS first ON first.seq = newest.entry
    LEFT JOIN withdrawals ON withdrawals.entry = newest.entry;

CREATE VIEW decisions AS
  SELECT seq, time,
    json_extract(payload, '$.run') AS run,
    json_extract(payload, '$.entry') AS entry,
    json_extract(payload, '$.url') AS url,
    json_extract(payload, '$.document') AS document,
    json_extract(payload, '$.parent') AS parent,
    json_extract(payload, '$.named_by') AS named_by,
    json_extract(payload, '$.depth') AS depth,
    json_extract(payload, '$.attempt') AS attempt,
    json_extract(payload, '$.verdict') AS verdict,
    json_extract(payload, '$.rule') AS rule,
    json_extract(payload, '$.reason') AS reason,
    json_extract(payload, '$.reach') AS reach,
    json_extract(payload, '$.profile') AS profile
  FROM records WHERE type = 'decision';

CREATE VIEW outcomes AS
  SELECT seq, time,
    json_extract(payload, '$.decision') AS decision,
    json_extract(payload, '$.outcome') AS outcome,
    json_extract(payload, '$.layer') AS layer,
    json_extract(payload, '$.reason') AS reason,
    json_extract(payload, '$.status') AS status,
    json_extract(payload, '$.content_type') AS content_type,
    json_extract(payload, '$.headers') AS headers,
    json_extract(payload, '$.location') AS location,
    json_extract(payload, '$.bytes_seen') AS bytes_seen,
    json_extract(payload, '$.sha256_wire') AS sha256_wire,
    json_extract(payload, '$.peer') AS peer,
    json_extract(payload, '$.tls') AS tls,
    json_extract(payload, '$.elapsed_ms') AS elapsed_ms,
    json_extract(payload, '$.document') AS document,
    json_extract(payload, '$.skeleton_sha256') AS skeleton_sha256,
    json_extract(payload, '$.skeleton_kept') AS skeleton_kept,
    json_extract(payload, '$.page_state') AS page_state,
    json_extract(payload, '$.page_state_rule') AS page_state_rule,
    json_extract(payload, '$.parse_status') AS parse_status,
    json_extract(payload, '$.scrubbed') AS scrubbed
  FROM records WHERE type = 'outcome';

CREATE VIEW open_decisions AS
  SELECT * FROM decisions
  WHERE verdict = 'allow' AND seq NOT IN (SELECT decision FROM outcomes);

CREATE VIEW extractions AS
  SELECT seq, time,
    json_extract(payload, '$.capture') AS capture,
    json_extract(payload, '$.generation') AS generation,
    json_extract(payload, '$.knowledge') AS knowledge,
    json_extract(payload, '$.tool') AS tool,
    json_extract(payload, '$.sightings') AS sightings,
    json_extract(payload, '$.digest') AS digest
  FROM records WHERE type = 'extraction';

-- Documents that were read, each with its newest generation of sightings.
CREATE VIEW captures AS
  SELECT outcomes.seq AS seq, outcomes.time AS time, decisions.run AS run,
    decisions.entry AS entry, entries.domain AS domain, entries.status AS entry_status,
    decisions.seq AS decision, decisions.url AS url, decisions.parent AS parent, decisions.depth AS depth,
    outcomes.document AS document, outcomes.status AS status, outcomes.content_type AS content_type,
    outcomes.headers AS headers, outcomes.bytes_seen AS bytes_seen, outcomes.sha256_wire AS sha256_wire,
    outcomes.peer AS peer, outcomes.tls AS tls, outcomes.skeleton_sha256 AS skeleton_sha256,
    outcomes.skeleton_kept AS skeleton_kept,
    outcomes.page_state AS page_state, outcomes.page_state_rule AS page_state_rule,
    outcomes.parse_status AS parse_status, outcomes.scrubbed AS scrubbed,
    newest.extraction AS extraction, newest.generation AS generation
  FROM outcomes
    JOIN decisions ON decisions.seq = outcomes.decision
    JOIN entries ON entries.seq = decisions.entry
    JOIN (SELECT capture, max(seq) AS extraction, max(generation) AS generation FROM extractions GROUP BY capture)
      AS newest ON newest.capture = outcomes.seq
  WHERE outcomes.outcome = 'captured';

-- What tables and answers are made of: newest generation, entry not withdrawn.
CREATE VIEW current_sightings AS
  SELECT sightings.* FROM sightings
  WHERE extraction IN (SELECT max(seq) FROM extractions GROUP BY capture)
    AND entry NOT IN (SELECT seq FROM entries WHERE status = 'withdrawn');

CREATE VIEW exports AS
  SELECT seq, time, payload FROM records WHERE type = 'export';

CREATE VIEW notes AS
  SELECT seq, time, json_extract(payload, '$.event') AS event, payload FROM records WHERE type = 'note';

CREATE VIEW runs AS
  SELECT started.seq AS seq, started.time AS started, ended.time AS ended,
    started.payload AS settings, ended.payload AS summary
  FROM notes AS started
    LEFT JOIN notes AS ended ON ended.event = 'run_ended' AND json_extract(ended.payload, '$.run') = started.seq
  WHERE started.event = 'run_started';
