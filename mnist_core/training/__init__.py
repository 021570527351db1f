"""Training of networks: the networks, the step, the loop, and the state from which a training goes on."""
