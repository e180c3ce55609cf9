"""The peer: the prediction service of the same contract as a careful Python engineer would write it."""
