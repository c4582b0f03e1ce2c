"""From sightings to links, a graph, operator hypotheses and answers. Never reads pages."""
