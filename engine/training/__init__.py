"""Training: `train(config)` yields events; the caller decides what to do with them."""
