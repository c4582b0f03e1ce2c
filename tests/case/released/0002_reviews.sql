-- What people judged of what was found.

-- One line a sighting that was judged, by the newest judgement of that fact on that domain: the same place of the
-- same text, found again by the same rule, needs no second look.
CREATE VIEW reviews AS
  WITH judged AS (
    SELECT seen.domain AS domain, seen.id AS fact, max(records.seq) AS record
    FROM records, json_each(records.payload, '$.sightings') AS named
      CROSS JOIN sightings AS seen ON seen.row = named.value
    WHERE records.type = 'review' GROUP BY 1, 2
  )
  SELECT sightings.row AS sighting, judged.record AS seq, records.time AS time,
    json_extract(payload, '$.judgement') AS judgement,
    json_extract(payload, '$.reason') AS reason,
    json_extract(payload, '$.role') AS role
  FROM judged
    CROSS JOIN sightings ON sightings.domain = judged.domain AND sightings.id = judged.fact
    JOIN records ON records.seq = judged.record;

-- What tables and answers are made of: newest generation, entry not withdrawn, not rejected by the newest judgement.
DROP VIEW current_sightings;
CREATE VIEW current_sightings AS
  SELECT sightings.* FROM sightings
  WHERE extraction IN (SELECT max(seq) FROM extractions GROUP BY capture)
    AND entry NOT IN (SELECT seq FROM entries WHERE status = 'withdrawn')
    AND row NOT IN (SELECT sighting FROM reviews WHERE judgement = 'rejected');
