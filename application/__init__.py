"""What Pressroom can do: one use-case a file, the ports they need, and the views doors read."""
