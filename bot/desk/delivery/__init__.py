"""Delivery from the outbox to LiveAgent, exactly once: claims, executions and notices.

```
courier        which row is next, and who is notified of its result
└ deliverer    one try: reads, decides, writes, and stores what follows
  ├ leases     whether the row is still this bot's: asked right before each write
  ├ author     whether its author may still do it
  ├ files      its files, from Slack to LiveAgent
  └ execution  what a try does, and the decision between reading and writing
    ├ on_ticket     most operations, such as a reply
    ├ new_ticket
    └ gone_ticket   a deletion whose ticket can't be read any more
```
"""
