-- The views of case.db (design section 7), as of today's schema; everything but the tables of migrations/ is one.
-- An older file gets them when it is first written, and a reader lays them over it until then.
--
-- Of cases that were merged into this one, record n of the k-th stands at n - k * 1000000000, so that its numbers are
-- negative and this case's own begin at 1 as ever. What its payloads and sightings say in numbers is its own: `base` is
-- what is added to read them here (segments.py).

CREATE VIEW records AS
  SELECT seq, type, time, refs, payload FROM ledger JOIN payloads USING (seq);

CREATE VIEW shifted_records AS
  SELECT seq, type, time, refs, payload,
    CASE WHEN seq < 0 THEN (seq / 1000000000 - 1) * 1000000000 ELSE 0 END AS base
  FROM records;

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
    SELECT coalesce(json_extract(payload, '$.updates') + base, seq) AS entry, max(seq) AS record
    FROM shifted_records WHERE type = 'entry' GROUP BY 1
  ), withdrawals AS (
    SELECT named.value + base AS entry, min(records.seq) AS record
    FROM shifted_records AS records, json_each(records.payload, '$.entries') AS named
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
      (SELECT stale_after_days FROM openings WHERE seq = 1), 1) AS stale,
    withdrawals.record AS withdrawal
  FROM newest
    JOIN payloads ON payloads.seq = newest.record
    JOIN ledger AS first ON first.seq = newest.entry
    LEFT JOIN withdrawals ON withdrawals.entry = newest.entry;

CREATE VIEW decisions AS
  SELECT seq, time,
    json_extract(payload, '$.run') + base AS run,
    json_extract(payload, '$.entry') + base AS entry,
    json_extract(payload, '$.url') AS url,
    json_extract(payload, '$.document') AS document,
    json_extract(payload, '$.parent') + base AS parent,
    json_extract(payload, '$.named_by') AS named_by,
    json_extract(payload, '$.depth') AS depth,
    json_extract(payload, '$.attempt') AS attempt,
    json_extract(payload, '$.verdict') AS verdict,
    json_extract(payload, '$.rule') AS rule,
    json_extract(payload, '$.reason') AS reason,
    json_extract(payload, '$.reach') AS reach,
    json_extract(payload, '$.profile') AS profile
  FROM shifted_records WHERE type = 'decision';

CREATE VIEW outcomes AS
  SELECT seq, time,
    json_extract(payload, '$.decision') + base AS decision,
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
  FROM shifted_records WHERE type = 'outcome';

CREATE VIEW open_decisions AS
  SELECT * FROM decisions
  WHERE verdict = 'allow' AND seq NOT IN (SELECT decision FROM outcomes);

CREATE VIEW extractions AS
  SELECT seq, time,
    json_extract(payload, '$.capture') + base AS capture,
    json_extract(payload, '$.generation') AS generation,
    json_extract(payload, '$.knowledge') AS knowledge,
    json_extract(payload, '$.tool') AS tool,
    json_extract(payload, '$.sightings') AS sightings,
    json_extract(payload, '$.digest') AS digest
  FROM shifted_records WHERE type = 'extraction';

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

-- What tables and answers are made of: newest generation, entry not withdrawn, not rejected by the newest judgement.
CREATE VIEW current_sightings AS
  SELECT sightings.* FROM sightings
  WHERE extraction IN (SELECT max(seq) FROM extractions GROUP BY capture)
    AND entry NOT IN (SELECT seq FROM entries WHERE status = 'withdrawn')
    AND row NOT IN (SELECT sighting FROM reviews WHERE judgement = 'rejected');

-- One line a sighting that was judged, by the newest judgement of that fact on that domain: the same place of the same
-- text, found again by the same rule, needs no second look. This case's own judgements are newer than those it was
-- merged from.
CREATE VIEW reviews AS
  WITH judged AS (
    SELECT seen.domain AS domain, seen.id AS fact, max(records.seq) AS record
    FROM shifted_records AS records, json_each(records.payload, '$.sightings') AS named
      CROSS JOIN sightings AS seen ON seen.row = named.value + base
    WHERE records.type = 'review' GROUP BY 1, 2
  )
  SELECT sightings.row AS sighting, judged.record AS seq, records.time AS time,
    json_extract(payload, '$.judgement') AS judgement,
    json_extract(payload, '$.reason') AS reason,
    json_extract(payload, '$.role') AS role
  FROM judged
    CROSS JOIN sightings ON sightings.domain = judged.domain AND sightings.id = judged.fact
    JOIN records ON records.seq = judged.record;

CREATE VIEW exports AS
  SELECT seq, time, payload FROM records WHERE type = 'export';

CREATE VIEW notes AS
  SELECT seq, time, json_extract(payload, '$.event') AS event, payload FROM records WHERE type = 'note';

CREATE VIEW runs AS
  SELECT started.seq AS seq, started.time AS started, ended.time AS ended,
    started.payload AS settings, ended.payload AS summary
  FROM notes AS started
    LEFT JOIN shifted_records AS ended ON ended.type = 'note' AND json_extract(ended.payload, '$.event') = 'run_ended'
      AND json_extract(ended.payload, '$.run') + ended.base = started.seq
  WHERE started.event = 'run_started';
