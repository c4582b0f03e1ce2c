"""The fetcher process: the only one with a way out. It parses nothing and has no database.

Started by the writer as `python -m adtrace.fetch.fetcher WRITER_FD DESK_FD` (both inherited; nothing of the
list is in argv or environment). It ignores SIGINT: the writer alone decides when to stop.

WRITER_FD, one end of a socketpair: frames as of multiprocessing.connection (send_bytes, recv_bytes),
each the MessagePack of one message of messages.py.
  writer → fetcher   Start once and first; Ask, any number, at any time; Stop at last.
  fetcher → writer   Answer for everything that ends here: redirected, refused, failed, interrupted.
                     A document let through ends at the worker instead, which tells the writer.
  Every Ask ends in exactly one Answer or one Body.

DESK_FD, one end of a socketpair, without frames: each started worker's body channel arrives here as one byte
and one file descriptor (writer: socket.send_fds(desk, [b"w"], [fd]), then it closes its own copy of fd).
The first worker comes the same way as its replacements. While there is no worker, bodies wait in memory.

Body channel, one end of a socketpair, the worker has the other; frames as above.
  fetcher → worker   Body, one at a time.
  worker → fetcher   b"ack", at once after it has sent Begun to the writer and before it parses: from then on
                     the document is the writer's and the worker's affair, and the fetcher sends the next,
                     which waits in the channel while the worker still parses.
A channel that ends (the worker died) gives back its unacknowledged body, which goes to the next worker. So
after a death between Begun and ack one document can come twice: the writer drops what it hears of a decision
that already has its outcome.

The end.
  Stop(drain=True)   no more Ask follows; everything under way is finished, every body acknowledged; exit 0.
  Stop(drain=False)  what is under way is dropped: Answer interrupted for each, also for each body that no
                     worker has acknowledged; exit 0.
  WRITER_FD closed   the writer is gone: exit at once.
A setting weaker than it must be, or a bad Start, ends the process with one sentence on stderr and exit 1
before any contact.
"""
