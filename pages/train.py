"""Train: settings on the left, curves on the right, runs below; a bench to tune at."""

from pages.ui import frame
from pages.ui.parts import built_in, lessons, significance
from pages.ui.train import bench

frame.open_page("Train")

bench.show()
lessons.training()
significance.explained()
built_in.card()
frame.drawer()
