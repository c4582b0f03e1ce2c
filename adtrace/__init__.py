"""adtrace: which advertising is placed on confirmed hostile domains, through whom, on what evidence."""
