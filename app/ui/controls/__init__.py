"""Small controls that Qt lacks: the speed slider, the V_teach switch, chips, readouts."""
