"""A simulated Instagram that speaks HTTP.

It is started as a process of its own and imports nothing of Pressroom, so that it can never agree with us
by accident. One port carries all of Meta's hosts as path prefixes (`/graph.instagram.com/…`) and a control
face under `/_sandbox`.
"""
