"""The HTTP door: parse, call, answer.

Where to look: `operation` (what a call takes and answers, declared once), `parsing` (bodies, queries, ids),
`errors` (refusals as one envelope), `middleware` (request id, who asks, may they), `openapi` and `docs`
(what we promise, for programs and for people), `app` (all routes), `server` (the process). Every other file
is a noun.
"""
