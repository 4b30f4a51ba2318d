"""Blocks of the neural network: neuron, activation functions and their derivatives, Type1, Type2."""
