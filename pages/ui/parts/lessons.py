"""Lessons: longer explanations, in the drawer at a page's foot, closed until somebody asks."""

from __future__ import annotations

from pages.ui import frame


def training() -> None:
    """What there is to learn on the Train page, each lesson behind its question."""
    frame.learn(
        "Why is the network frozen first?",
        "The new last layer starts with random numbers, so its first mistakes are large, and "
        "large mistakes cause large corrections. If the whole network could change, these "
        "corrections would run through it and destroy what it learned from 1.2 million photos. "
        "So we first train the new layer alone, until it makes sense.",
    )
    frame.learn(
        "Why are only the last layers released?",
        "The first layers see edges and colours, which all photos have in common; what they "
        "learned is right for your photos too. The further up, the more special: the last layers "
        "know ears of terriers and wheels of buses. These are worth adapting. Releasing few "
        "layers also means fewer numbers to learn, and less danger of memorising few photos.",
    )
    frame.learn(
        "Why a tenth of the learning rate?",
        "The released layers are already good. Small steps improve them; large steps would make "
        "them forget, and with few photos they would soon fit these photos only (overfitting).",
    )
    frame.learn(
        "Why can validation be better than training?",
        "For two reasons. Training photos are made harder, by augmentation and by dropout, which "
        "hides some features; validation photos are shown as they are. And training accuracy is "
        "the average over the epoch, while the network was still learning; validation is asked "
        "at its end. If training is far **above** validation, on the other hand, and the gap "
        "grows, the network is memorising.",
    )
    frame.learn(
        "What happens at the line “fine-tuning starts”?",
        "The layers from the chosen one on are released, the network is put together anew so that "
        "they take part in learning, the learning rate falls to a tenth, and the count of epochs "
        "goes on. The step in the curve just behind the line is what fine-tuning brings. No step? "
        "Then the frozen network already saw all that matters in your photos, or the rate is too "
        "low. A step **down** in accuracy means that the rate is too high.",
    )
    solver()
    views()
    frame.learn(
        "Why is PawTune so quick?",
        "Because it never computes a frozen layer twice. A frozen layer does not change, so what "
        "it makes of a photo is always the same: it is computed once and kept on the disk. "
        "Feature extraction then trains the head alone, on finished features, which takes next to "
        "no time; fine-tuning trains the released layers alone, fed with what the "
        "layers below them made. The next training with another learning rate, dropout or number "
        "of epochs finds all of it ready and begins at once. Another image size, width multiplier, "
        "augmentation, seed, or another place for the freezing line asks for new results, and "
        "they are computed the first time. Keep and share on the Photos page shows how much "
        "storage they take.",
    )


def solver() -> None:
    """Why a head can be computed directly, and when to step all the same."""
    frame.learn(
        "Why can the head be solved in closed form?",
        "On a frozen network the head is a small problem of a special shape. Draw its loss over "
        "all possible weights of the head: you get a **bowl with one lowest point**, and no other "
        "valley to get caught in. Small steps downhill, epoch after epoch, get there in the end; "
        "but a method that reckons with the shape of the bowl walks there in a few long strides, "
        "on all photos at once, in about a second. That is why a solved head has no epochs: the "
        "points of its curve are the solver's **steps**, and where they end nothing better is to "
        "be found for these features.\n\n"
        "One thing is left to choose: how strongly large weights are held back, so that the "
        "head does not learn single photos by heart. Several strengths are tried, and the "
        "**validation photos** decide.\n\n"
        "Gradient descent still makes sense where you want to watch learning happen, compare "
        "learning rates, or show the head augmented photos. And for fine-tuning there is no other "
        "way: with released layers the loss is no bowl any more, but a landscape of hills and "
        "valleys.",
    )


def views() -> None:
    """What a limited number of views means."""
    frame.learn(
        "What are views?",
        "A **view** is one augmented version of a photo: turned a little, mirrored, as you chose "
        "on the Augment page. With 4 views, the first epoch trains on view 1 of every photo, the "
        "second on view 2, and the fifth on view 1 again. What the frozen layers make of a view "
        "is computed once and kept, so with few views most epochs cost next to nothing. “A fresh "
        "one each epoch” is what the tutorial does: nothing is ever seen twice, and nothing can "
        "be used twice. For ten or twenty epochs 4 views are a good start; for long trainings "
        "take more. The Augment page shows the views that training will use.",
    )
