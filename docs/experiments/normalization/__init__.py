"""The claims that are made for batch normalization, each as an experiment over five seeds."""
