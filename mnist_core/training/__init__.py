"""Training of networks: the networks, one training step, the loop over epochs, and the checkpoint it resumes from."""
