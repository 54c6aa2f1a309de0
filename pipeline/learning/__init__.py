"""Learning: the only room of PawTune that computes with TensorFlow and Keras.

Worker processes import these modules; the web process never does. Importing the package
alone is cheap: TensorFlow comes with the few modules that need it.
"""

import os

# TensorFlow and Keras read these while they are imported, so they have to be set before.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # a run's log is for people
os.environ["KERAS_BACKEND"] = "tensorflow"  # whatever somebody's keras.json says
