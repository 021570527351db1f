"""A sweep's runs as a study of Optuna, in memory, made anew each time: the runs are all that is stored."""
