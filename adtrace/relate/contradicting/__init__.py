"""Each way in which what sites, systems and tags say can contradict itself, by who is contradicted."""
