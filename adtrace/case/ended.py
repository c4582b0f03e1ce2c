"""How each decision ended, as SQL that questions about all decisions begin with."""

# Outcomes by decision, laid out once: joined as it is, the view is read whole for each decision. An index over the
# number can be made only where it is cast: a value out of JSON has no affinity (sqlite.org/datatype3.html, 4.2).
ENDED = """
WITH ended AS MATERIALIZED (
  SELECT CAST(decision AS INTEGER) AS decision, seq, outcome, layer, reason, page_state, page_state_rule FROM outcomes)
"""
