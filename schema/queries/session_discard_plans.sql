-- Forgets the session's generic plans, so that they are made again for tables as they are now.
discard plans
