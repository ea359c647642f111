"""Read models: rows, the projection that keeps them, and the questions doors ask of them."""

from application.views import accounts, media, people, posts, setup

ALL = (people.VIEW, accounts.VIEW, media.VIEW, posts.VIEW, setup.VIEW)
