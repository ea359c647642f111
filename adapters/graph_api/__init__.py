"""Instagram's and Facebook's Graph API over HTTP: containers, publishing, listing, quota, logins, Pages.

`client` is the only file that knows httpx; `errors` is the one table that says what a refusal means.
"""
