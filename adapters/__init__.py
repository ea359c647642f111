"""How Pressroom reaches the world: a folder per technology, a file per port."""
