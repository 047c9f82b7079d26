"""What does a message say? (Danger, topics, questions, who writes.)"""

import os

# The products of the small models are too small to share: more threads would only wait for one another, and spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
