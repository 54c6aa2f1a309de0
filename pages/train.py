"""Train: settings on the left, curves on the right, runs below; a bench to tune at."""

from pages.ui import frame
from pages.ui.parts import built_in, lessons
from pages.ui.train import bench

frame.open_page("Train")

bench.show()
lessons.training()
built_in.card()
