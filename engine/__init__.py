"""Conescope's compute engine: text -> layered vectors -> geometry -> figure. It never imports
streamlit.
"""

import os

# PyTorch's threads wait for one another by spinning. Where others want the same cores, a spinning
# thread keeps the very one it waits for from running, and a sentence takes up to 50 times as long.
# So they spin briefly, then sleep. OpenMP reads this when PyTorch loads.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
