"""How a run asks: policy, the one door out, three processes, and what is recorded of each request."""
