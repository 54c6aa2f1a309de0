"""What the phone's page and the way to it say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pipeline.files.sizes import size
from pipeline.wording.numbers import photos, plural

OVER: Final = (
    "This link is over. Press “On the phone” in PawTune on the computer, and scan the new code."
)
TOO_FAST: Final = "That was too much at once. Wait a moment and try again."
MOVED_ON: Final = (
    "The computer shows other photos by now. Look which class is meant, and send them again."
)
NOTHING_TO_JOIN: Final = (
    "Open Photos on the computer: the boxes of a new set, or a photo set with classes. They "
    "appear here then."
)
JOIN: Final = "They join the photo set “{name}” at once."
WAIT: Final = "They wait in the boxes of New set on the computer."
NOT_IN_DEMO: Final = (
    "Not here: this is a demo for everybody. Open its address on the phone instead; where its "
    "owner put a proxy with https before it, the camera works there, too."
)
NO_NETWORK: Final = (
    "This computer is in no network that a phone could be in as well. Join one and try again. Or "
    "put a proxy before it that the phone reaches, and set `PAWTUNE_PHONE_ADDRESS` to that "
    "proxy's address and `PAWTUNE_PHONE_PORT` to the port that it leads to."
)
# On the computer, before it is switched on.
REACHABLE: Final = (
    "For **one hour**, whoever scans the code can **bring photos** to the classes that the Photos "
    "page shows and **ask a network** about photos. Nothing else of PawTune can be reached: your "
    "photos can be neither seen nor deleted from there."
)
WHERE: Final = (
    "The phone has to be in the same network as this computer. The photos travel unencrypted: use "
    "it in a network that you trust."
)
WHERE_PROXY: Final = "The phone reaches it by the proxy's address."
SCAN: Final = "Scan this with the phone's camera, or open the address there."
KEEP_SECRET: Final = (
    "Whoever has this address may come in until then. It ends as well when you switch it off, "
    "and when PawTune ends."
)
# On the phone.
WORDS: Final[Mapping[str, str]] = {
    "photos": "Photos",
    "classify": "Classify",
    "class": "What do they show?",
    "take": "Take a photo",
    "choose": "Choose photos",
    "sending": "Sending {done} of {count} …",
    "importing": "Taking them in …",
    "asking": "Asking the network …",
    "account": "{received} received = {accepted} taken in + {rejected} rejected.",
    "failed": "It could not be sent. Is the phone still in the computer's network? Try again.",
    "bars": "How likely each class is",
    "rest": "{count} more",
    "answers": "“{name}” answers, on the computer. The photo is kept nowhere.",
    "live": "Live camera",
    "live_off": "Stop the camera",
    "live_refused": "The camera is not allowed here. Allow it beside the page's address, or take "
    "a photo.",
    "live_missing": "The camera gives no picture. Take a photo instead.",
    "live_needs": "Taking photos works here. A live camera needs an address that begins with "
    "https: put such a proxy before PawTune, or export the network as a web page and open that "
    "from any https address.",
    "left": "This link lasts {minutes} more min.",
}


def until(moment: datetime) -> str:
    """Until when a phone may come in, by the computer's own clock."""
    return f"On the phone until {moment.astimezone():%H:%M}"


def too_many(most: int) -> str:
    """That a link has brought all photos that it may."""
    return f"One link brings {photos(most)} at most. Switch it off and on again for more."


def came(count: int, asked: int) -> str:
    """What the phone has done so far; empty for nothing."""
    said = [f"{photos(count)} came"] if count else []
    if asked:
        said.append(f"{plural(asked, 'question')} asked")
    return ", ".join(said)


def too_large(most_bytes: int) -> str:
    """That a photo is larger than all photos of one request may be together."""
    return f"It is far too large: the most is {size(most_bytes)}. Send a smaller copy."
