"""The parts of unwrap: encodings, places in a URL, redaction."""
