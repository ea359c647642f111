"""Read models: rows, the projection that keeps them, and the questions doors ask of them."""
